// Asio's own code, compiled once: BOOST_ASIO_SEPARATE_COMPILATION keeps it out of every other
// translation unit.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
