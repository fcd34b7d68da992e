// libssh 0.10 loses its list of the agent's keys whenever it asks for another one in the same session, which
// a login that tries one key of the agent after another does. kamal makes no buffers of libssh itself, so
// nothing of ours hides.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:ssh_buffer_new\n"; }
