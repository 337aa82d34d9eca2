#include <curl/curl.h>
#include <sys/socket.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call.
static inline CURLcode stoa_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stoa_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stoa_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stoa_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

typedef size_t (*stoa_curl_data)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*stoa_curl_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode stoa_curl_set_data(CURL *handle, CURLoption option, stoa_curl_data function) {
  return curl_easy_setopt(handle, option, function);
}

static inline CURLcode stoa_curl_set_socket(CURL *handle, stoa_curl_socket function) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline long stoa_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}
