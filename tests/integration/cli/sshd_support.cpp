// tests/support has no target of its own.
#include "support/sshd.cpp"
