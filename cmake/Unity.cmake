# Several sources of a target are compiled as one (Flags.cmake). These define a name that another
# source of theirs defines too, and are compiled alone.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/compiled_alone.txt compiled_alone REGEX "^[^#]")
foreach(source IN LISTS compiled_alone)
  cmake_path(GET source PARENT_PATH directory)
  while(NOT EXISTS ${PROJECT_SOURCE_DIR}/${directory}/CMakeLists.txt)
    cmake_path(GET directory PARENT_PATH directory)
  endwhile()
  set_source_files_properties(${PROJECT_SOURCE_DIR}/${source}
    DIRECTORY ${PROJECT_SOURCE_DIR}/${directory}
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
  )
endforeach()
