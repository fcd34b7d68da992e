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
# Debian has no static fmt. Headers only are slow to compile, so the other builds use the library.
target_link_libraries(kamal_dep_fmt INTERFACE $<IF:$<BOOL:${KAMAL_STATIC}>,fmt::fmt-header-only,fmt::fmt>)

# Not spdlog::spdlog_header_only: it would bring the shared libfmt.
add_library(kamal_dep_spdlog INTERFACE)
target_include_directories(kamal_dep_spdlog SYSTEM INTERFACE
                           $<TARGET_PROPERTY:spdlog::spdlog_header_only,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(kamal_dep_spdlog INTERFACE SPDLOG_FMT_EXTERNAL SPDLOG_PREVENT_CHILD_FD)
target_link_libraries(kamal_dep_spdlog INTERFACE kamal_dep_fmt Threads::Threads)

add_library(kamal_dep_yaml INTERFACE)
add_library(kamal_dep_ssh INTERFACE)
add_library(kamal_dep_crypto INTERFACE)
add_library(kamal_dep_tls INTERFACE)
target_include_directories(kamal_dep_ssh SYSTEM INTERFACE ${LIBSSH_INCLUDE_DIR})
target_include_directories(kamal_dep_yaml SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})

if(KAMAL_STATIC)
  # kamal_archive(NAME needs...): the target kamal_archive_NAME of libNAME.a, linked in front of what it needs.
  function(kamal_archive name)
    find_library(KAMAL_ARCHIVE_${name} lib${name}.a REQUIRED)
    add_library(kamal_archive_${name} STATIC IMPORTED GLOBAL)
    set_target_properties(kamal_archive_${name} PROPERTIES IMPORTED_LOCATION ${KAMAL_ARCHIVE_${name}}
                                                           INTERFACE_LINK_LIBRARIES "${ARGN}")
  endfunction()
  target_compile_definitions(kamal_dep_ssh INTERFACE LIBSSH_STATIC=1)
  # Debian has no static Kerberos: kamal does not offer GSSAPI, and these stand-ins say so to libssh.
  add_library(kamal_no_gssapi STATIC ${CMAKE_SOURCE_DIR}/cmake/no_gssapi.c)
  kamal_archive(yaml-cpp)
  kamal_archive(crypto ${CMAKE_DL_LIBS} Threads::Threads)
  kamal_archive(ssl kamal_archive_crypto)
  kamal_archive(z)
  kamal_archive(ssh kamal_no_gssapi kamal_archive_crypto kamal_archive_z)
  target_link_libraries(kamal_dep_yaml INTERFACE kamal_archive_yaml-cpp)
  target_link_libraries(kamal_dep_crypto INTERFACE kamal_archive_crypto)
  target_link_libraries(kamal_dep_tls INTERFACE kamal_archive_ssl)
  target_link_libraries(kamal_dep_ssh INTERFACE kamal_archive_ssh)
else()
  find_library(LIBSSH_LIBRARY ssh REQUIRED)
  find_library(CRYPTO_LIBRARY crypto REQUIRED)
  find_library(TLS_LIBRARY ssl REQUIRED)
  target_link_libraries(kamal_dep_crypto INTERFACE ${CRYPTO_LIBRARY})
  target_link_libraries(kamal_dep_tls INTERFACE ${TLS_LIBRARY} kamal_dep_crypto)
  target_link_libraries(kamal_dep_yaml INTERFACE yaml-cpp)
  target_link_libraries(kamal_dep_ssh INTERFACE ${LIBSSH_LIBRARY} Threads::Threads)
endif()
