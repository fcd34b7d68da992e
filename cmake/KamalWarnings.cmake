# Warnings and sanitizers, for every target of the project and none of its dependencies.
add_library(kamal_build_flags INTERFACE)
target_compile_options(kamal_build_flags INTERFACE -Wall -Wextra -Wpedantic $<$<BOOL:${KAMAL_WERROR}>:-Werror>)
if(KAMAL_SANITIZE)
  target_compile_options(kamal_build_flags INTERFACE -fsanitize=${KAMAL_SANITIZE} -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all)
  target_link_options(kamal_build_flags INTERFACE -fsanitize=${KAMAL_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
