# Third-party libraries, all of them Debian packages. Each becomes an interface target kamal::dep_<name>, so
# that a module's CMakeLists.txt says which one it may use.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_path(LIBSSH_INCLUDE_DIR libssh/libssh.h REQUIRED)

add_library(kamal_dep_fmt INTERFACE)
target_link_libraries(kamal_dep_fmt INTERFACE fmt::fmt-header-only)

add_library(kamal_dep_yaml INTERFACE)
add_library(kamal_dep_ssh INTERFACE)
target_include_directories(kamal_dep_ssh SYSTEM INTERFACE ${LIBSSH_INCLUDE_DIR})
target_include_directories(kamal_dep_yaml SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})

if(KAMAL_STATIC)
  find_library(YAML_CPP_ARCHIVE libyaml-cpp.a REQUIRED)
  find_library(LIBSSH_ARCHIVE libssh.a REQUIRED)
  find_library(CRYPTO_ARCHIVE libcrypto.a REQUIRED)
  find_library(ZLIB_ARCHIVE libz.a REQUIRED)
  target_compile_definitions(kamal_dep_ssh INTERFACE LIBSSH_STATIC=1)
  # Debian has no static Kerberos: kamal does not offer GSSAPI, and these stand-ins say so to libssh.
  add_library(kamal_no_gssapi STATIC ${CMAKE_SOURCE_DIR}/cmake/no_gssapi.c)
  target_link_libraries(kamal_dep_yaml INTERFACE ${YAML_CPP_ARCHIVE})
  target_link_libraries(kamal_dep_ssh INTERFACE ${LIBSSH_ARCHIVE} kamal_no_gssapi ${CRYPTO_ARCHIVE} ${ZLIB_ARCHIVE}
                                                ${CMAKE_DL_LIBS} Threads::Threads)
else()
  find_library(LIBSSH_LIBRARY ssh REQUIRED)
  target_link_libraries(kamal_dep_yaml INTERFACE yaml-cpp)
  target_link_libraries(kamal_dep_ssh INTERFACE ${LIBSSH_LIBRARY} Threads::Threads)
endif()
