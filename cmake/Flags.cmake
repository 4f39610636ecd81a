# The compiler flags of all of kubegauge's own code.
add_library(kubegauge_flags INTERFACE)
target_compile_options(kubegauge_flags INTERFACE -Wall -Wextra -Werror -fno-omit-frame-pointer)
# A designated initializer leaves out what shall have its default; -Wextra calls that missing.
target_compile_options(kubegauge_flags INTERFACE -Wno-missing-field-initializers)
# gcc 12 sees overlapping copies in `"literal" + std::string` where there are none (gcc bug 105651),
# and strings of nearly 2^64 bytes, of which it warns once <string> comes from a precompiled header.
target_compile_options(kubegauge_flags INTERFACE
                       "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow>")
# gcc collects its garbage each time its memory has doubled, and looks through the precompiled header
# each time: a tenth of a build.
target_compile_options(kubegauge_flags INTERFACE
                       "$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=1048576>")
target_include_directories(kubegauge_flags INTERFACE ${PROJECT_SOURCE_DIR})

if(KUBEGAUGE_FUZZ)
  target_compile_options(kubegauge_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                                                   -fno-sanitize-recover=all)
elseif(KUBEGAUGE_SANITIZE)
  # Line numbers are all that a sanitizer's report needs; the rest takes a fifth of the build.
  set(CMAKE_CXX_FLAGS_DEBUG -g1)
  target_compile_options(kubegauge_flags INTERFACE -fsanitize=${KUBEGAUGE_SANITIZE}
                                                   -fno-sanitize-recover=all)
  # AddressSanitizer finds by itself what these find, and they take a third of the build.
  target_compile_options(kubegauge_flags INTERFACE
                         -fno-sanitize=null,alignment,object-size,vptr)
  target_link_options(kubegauge_flags INTERFACE -fsanitize=${KUBEGAUGE_SANITIZE})
  if(KUBEGAUGE_SANITIZE MATCHES "thread")
    # Asio and Boost use fences that gcc's ThreadSanitizer does not follow; they are not ours to fix.
    target_compile_options(kubegauge_flags INTERFACE -Wno-tsan)
  endif()
endif()

if(NOT KUBEGAUGE_FUZZ)
  # Half of what a source takes are templates of Asio and of nlohmann's JSON: once for some sources,
  # not for each. Ten for the sanitizers, where it takes longest; elsewhere half as many, so that who
  # changes one waits for few others, and what can be compiled as one there can be here.
  option(CMAKE_UNITY_BUILD "Compile several sources of a target as one" ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 5)
  if(KUBEGAUGE_SANITIZE)
    set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
  endif()
endif()
if(CMAKE_UNITY_BUILD)
  target_compile_options(kubegauge_flags INTERFACE -Wno-subobject-linkage)
endif()
