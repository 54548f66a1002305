#include "clipboard/latin1.h"

namespace porthole {

namespace {

constexpr std::uint8_t kAsciiEnd = 0x80;
/// First bytes of the two-byte sequences for U+0080..U+00BF and U+00C0..U+00FF.
constexpr std::uint8_t kLowLead = 0xc2;
constexpr std::uint8_t kHighLead = 0xc3;
constexpr std::uint8_t kSixBits = 0x3f;

bool Continues(std::uint8_t byte) { return (byte & 0xc0) == 0x80; }

}  // namespace

std::vector<std::uint8_t> Latin1FromUtf8(std::span<const std::uint8_t> utf8) {
	std::vector<std::uint8_t> latin1;
	latin1.reserve(utf8.size());
	for (std::size_t index = 0; index < utf8.size(); index++) {
		const std::uint8_t byte = utf8[index];
		if (byte < kAsciiEnd) {
			latin1.push_back(byte);
			continue;
		}
		const bool follows = index + 1 < utf8.size() && Continues(utf8[index + 1]);
		if (follows && (byte == kLowLead || byte == kHighLead)) {
			latin1.push_back(static_cast<std::uint8_t>(((byte & 3) << 6) | (utf8[++index] & kSixBits)));
			continue;
		}
		latin1.push_back('?');
		while (index + 1 < utf8.size() && Continues(utf8[index + 1])) index++;
	}
	return latin1;
}

std::vector<std::uint8_t> Utf8FromLatin1(std::span<const std::uint8_t> latin1) {
	std::vector<std::uint8_t> utf8;
	utf8.reserve(latin1.size());
	for (const std::uint8_t byte : latin1) {
		if (byte < kAsciiEnd) {
			utf8.push_back(byte);
			continue;
		}
		utf8.push_back(static_cast<std::uint8_t>(kLowLead + (byte >= 0xc0 ? 1 : 0)));
		utf8.push_back(static_cast<std::uint8_t>(kAsciiEnd | (byte & kSixBits)));
	}
	return utf8;
}

}  // namespace porthole
