#pragma once

// What the listener's sources and those that use it pull in beside the rest.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "cmake/pch.h"
