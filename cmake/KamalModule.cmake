# kamal_module(NAME DEPENDS module... PRIVATE dep...): the static library of src/NAME. DEPENDS are modules that
# its public headers may include; PRIVATE are libraries that only its .cpp files see.
function(kamal_module name)
  cmake_parse_arguments(MODULE "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cpp)
  add_library(kamal_${name} STATIC ${sources})
  target_include_directories(kamal_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include/${name}>
                                           PRIVATE ${CMAKE_SOURCE_DIR}/src)
  # Only this module's and its dependencies' public headers are on the include path, so a wrong include fails.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include/${name}/kamal)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/kamal/${name} ${CMAKE_BINARY_DIR}/include/${name}/kamal/${name} SYMBOLIC)
  if(KAMAL_FUZZ)  # what is fuzzed reports its coverage
    target_compile_options(kamal_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  foreach(dependency ${MODULE_DEPENDS})
    target_link_libraries(kamal_${name} PUBLIC kamal_${dependency})
  endforeach()
  target_link_libraries(kamal_${name} PUBLIC Threads::Threads PRIVATE kamal_build_flags ${MODULE_PRIVATE})
endfunction()
