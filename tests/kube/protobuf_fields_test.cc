#include "kube/protobuf_fields.h"

#include <gmock/gmock.h>

#include <optional>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <random>
#include <string>

namespace kubegauge::kube {
namespace {

std::string OneFieldOfEachType() {
  std::string message;
  protozero::pbf_writer writer(message);
  writer.add_string(1, "name");
  writer.add_int64(2, -1);
  writer.add_fixed64(3, 7);
  writer.add_fixed32(4, 7);
  writer.add_string(300, std::string(200, 'x'));
  writer.add_string(6, "");
  return message;
}

// "key=value" of each field; nullopt for a message that is malformed.
std::optional<std::string> TextOf(std::string_view message) {
  std::string text;
  try {
    for (ProtobufFields field(message); field.Next();) {
      text += std::to_string(field.key()) + "=";
      if ((field.key() & 7) == 2) text += field.bytes();
      if ((field.key() & 7) == 0) text += std::to_string(field.varint());
      text += '\n';
    }
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> TextByProtozero(std::string_view message) {
  std::string text;
  try {
    protozero::pbf_reader reader(message.data(), message.size());
    while (reader.next()) {
      text += std::to_string(reader.tag_and_type()) + "=";
      if (reader.wire_type() == protozero::pbf_wire_type::length_delimited) {
        text += reader.get_string();
      } else if (reader.wire_type() == protozero::pbf_wire_type::varint) {
        text += std::to_string(reader.get_int64());
      } else {
        reader.skip();
      }
      text += '\n';
    }
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
  return text;
}

TEST(ProtobufFieldsTest, GivesFieldsOfAllTypes) {
  EXPECT_EQ(TextOf(OneFieldOfEachType()),
            "10=name\n16=-1\n25=\n37=\n2402=" + std::string(200, 'x') + "\n50=\n");
  EXPECT_EQ(TextOf({}), "");
}

TEST(ProtobufFieldsTest, TellsAnEmptyTextFromNone) {
  ProtobufFields field(std::string_view("\x32\x00", 2));
  ASSERT_TRUE(field.Next());
  EXPECT_NE(field.bytes().data(), nullptr);
  EXPECT_TRUE(field.bytes().empty());
  EXPECT_FALSE(field.Next());
}

TEST(ProtobufFieldsTest, ReadsAndRefusesTheSameAsProtozero) {
  const std::string whole = OneFieldOfEachType();
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string message = whole.substr(0, random() % (whole.size() + 1));
    for (unsigned changes = random() % 3; changes > 0 && !message.empty(); --changes) {
      message[random() % message.size()] = static_cast<char>(random() % 128);
    }
    const std::optional<std::string> read = TextByProtozero(message);
    // It also refuses numbers of fields that are reserved, which no message has.
    if (!read) continue;
    EXPECT_EQ(TextOf(message), read) << ::testing::PrintToString(message);
  }
  for (const std::string_view malformed : {"\x0a",
                                           "\x0a\x05"
                                           "abc",
                                           "\x02\x01"
                                           "a",
                                           "\x07", "\x0b", "\x09", "\x10\xff"}) {
    EXPECT_EQ(TextOf(malformed), std::nullopt) << ::testing::PrintToString(malformed);
  }
}

}  // namespace
}  // namespace kubegauge::kube
