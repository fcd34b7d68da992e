#include <csignal>

// Every test program is linked with this: it ignores SIGPIPE as `kamal` does, so that a program that does not
// read its input fails one test only.
namespace {

[[maybe_unused]] const auto before = std::signal(SIGPIPE, SIG_IGN);

}  // namespace
