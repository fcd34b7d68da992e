# Warnings and sanitizers, for every target of the project and none of its dependencies.
add_library(kamal_build_flags INTERFACE)
target_compile_options(kamal_build_flags INTERFACE -Wall -Wextra -Wpedantic $<$<BOOL:${KAMAL_WERROR}>:-Werror>)
# GCC 12 takes inlined std::string code for overlapping copies, unset members and reads past the end (its bugs 105329,
# 105562, 105651), and forgets that precompiled headers are the system's.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(kamal_build_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds
                                                     -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(KAMAL_SANITIZE)
  target_compile_options(kamal_build_flags INTERFACE -fsanitize=${KAMAL_SANITIZE} -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all)
  target_link_options(kamal_build_flags INTERFACE -fsanitize=${KAMAL_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)  # what one checkout has compiled serves another one, too
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
               CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
