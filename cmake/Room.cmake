# kubegauge_room(<name> SOURCES <files...> [ROOMS <names...>] [LIBRARIES <targets...>])
#
# One folder of the design, one library. ROOMS lists the other folders it may include; the test
# tests/rooms_test.cc holds the #include lines to the same table. All but cgroup, which does without
# Asio, share the precompiled header of kube.
function(kubegauge_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  list(TRANSFORM ROOM_ROOMS PREPEND kubegauge_ OUTPUT_VARIABLE libraries)
  add_library(kubegauge_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(kubegauge_${name} PUBLIC kubegauge_flags ${libraries} ${ROOM_LIBRARIES})
  if(KUBEGAUGE_FUZZ)
    return()
  elseif(name STREQUAL kube)
    target_precompile_headers(kubegauge_kube PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
  elseif("kube" IN_LIST ROOM_ROOMS AND NOT name STREQUAL server)
    target_precompile_headers(kubegauge_${name} REUSE_FROM kubegauge_kube)
  endif()
endfunction()
