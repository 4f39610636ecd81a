# kubegauge_room(<name> SOURCES <files...> [ROOMS <names...>] [LIBRARIES <targets...>])
#
# One folder of the design, one library. ROOMS lists the other folders it may include; the test
# tests/rooms_test.cc holds the #include lines to the same table.
function(kubegauge_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  list(TRANSFORM ROOM_ROOMS PREPEND kubegauge_)
  add_library(kubegauge_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(kubegauge_${name} PUBLIC kubegauge_flags ${ROOM_ROOMS} ${ROOM_LIBRARIES})
endfunction()
