#include "scraper/socket_bio.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace kubegauge::scraper {
namespace {

int SocketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio))); }

int Read(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t read = ::recv(SocketOf(bio), data, static_cast<size_t>(size), 0);
  if (read < 0 && MayRetry(errno)) BIO_set_retry_read(bio);
  return static_cast<int>(read);
}

int Write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t written = ::send(SocketOf(bio), data, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (written < 0 && MayRetry(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(written);
}

long Control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is held back
}

}  // namespace

bool MayRetry(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

BioMethodPtr NewSocketBioMethod() {
  BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "kubelet socket"));
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method.get(), Read);
  BIO_meth_set_write(method.get(), Write);
  BIO_meth_set_ctrl(method.get(), Control);
  return method;
}

bool UseSocket(SSL* ssl, const BIO_METHOD* method, int socket) {
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return false;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  return true;
}

}  // namespace kubegauge::scraper
