/* Debian's libssh.a refers to GSSAPI, whose libraries have no static form there. kamal never offers the
 * gssapi-with-mic method, so each entry point only has to exist and to report GSS_S_UNAVAILABLE. */
#define UNAVAILABLE(name) \
  unsigned int name(void) { return 16u << 16; }

UNAVAILABLE(gss_accept_sec_context)
UNAVAILABLE(gss_acquire_cred)
UNAVAILABLE(gss_add_oid_set_member)
UNAVAILABLE(gss_create_empty_oid_set)
UNAVAILABLE(gss_display_name)
UNAVAILABLE(gss_display_status)
UNAVAILABLE(gss_get_mic)
UNAVAILABLE(gss_import_name)
UNAVAILABLE(gss_indicate_mechs)
UNAVAILABLE(gss_init_sec_context)
UNAVAILABLE(gss_inquire_cred)
UNAVAILABLE(gss_inquire_cred_by_mech)
UNAVAILABLE(gss_release_buffer)
UNAVAILABLE(gss_release_cred)
UNAVAILABLE(gss_release_name)
UNAVAILABLE(gss_release_oid_set)
UNAVAILABLE(gss_test_oid_set_member)
UNAVAILABLE(gss_verify_mic)

/* Data symbols that libssh compares names with. */
void* GSS_C_NT_HOSTBASED_SERVICE = 0;
void* GSS_C_NT_USER_NAME = 0;
