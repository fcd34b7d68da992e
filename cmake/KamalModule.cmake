# kamal_module(NAME DEPENDS module... PRIVATE dep...): the static library of src/NAME. DEPENDS are modules that
# its public headers may include; PRIVATE are libraries that only its .cpp files see.
#
# Only headers that a module may include are on its include path: its own (NAME/x.h, from src/NAME) and the public ones of
# its dependencies (kamal/OTHER/x.h, from include/kamal/OTHER). So a wrong include does not compile.
function(kamal_module name)
  cmake_parse_arguments(MODULE "" "" "DEPENDS;PRIVATE" ${ARGN})
  set(directory ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${directory}/*.cpp ${directory}/*/*.cpp)
  add_library(kamal_${name} STATIC ${sources})

  set(public ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${public}/kamal)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/kamal/${name} ${public}/kamal/${name} SYMBOLIC)
  target_include_directories(kamal_${name} PUBLIC ${public})

  # kamal_NAME_internals: for the module and its tests.
  set(private ${CMAKE_BINARY_DIR}/internals/${name})
  file(MAKE_DIRECTORY ${private})
  file(CREATE_LINK ${directory} ${private}/${name} SYMBOLIC)
  add_library(kamal_${name}_internals INTERFACE)
  target_include_directories(kamal_${name}_internals INTERFACE ${private})

  if(KAMAL_FUZZ)  # what is fuzzed reports its coverage
    target_compile_options(kamal_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  foreach(dependency ${MODULE_DEPENDS})
    target_link_libraries(kamal_${name} PUBLIC kamal_${dependency})
  endforeach()
  target_link_libraries(kamal_${name} PUBLIC Threads::Threads
                                      PRIVATE kamal_${name}_internals kamal_build_flags ${MODULE_PRIVATE})
  target_precompile_headers(kamal_${name} PRIVATE ${KAMAL_PRECOMPILED_HEADERS})
endfunction()

# kamal_embed(NAME file...): each text file of src/NAME as a header, FILE.h, that defines FILE_EXTENSION: a
# std::string_view of its content.
function(kamal_embed name)
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/${file})
    file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${name}/${file} text)
    get_filename_component(variable ${file} NAME)
    string(REPLACE "." "_" variable ${variable})
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded/${name}/${file}.h @ONLY CONTENT [[
#pragma once
#include <string_view>
inline constexpr std::string_view @variable@ = R"embedded(@text@)embedded";
]])
  endforeach()
  target_include_directories(kamal_${name} PRIVATE ${CMAKE_BINARY_DIR}/embedded)
endfunction()

# What most files of the project include, and what takes longest to compile.
set(KAMAL_PRECOMPILED_HEADERS
    <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <fmt/format.h>)
