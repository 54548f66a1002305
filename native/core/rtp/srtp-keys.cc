#include "srtp-keys.h"

#include <algorithm>
#include <span>

#include "packet-cipher.h"

namespace porthole {

namespace {

void KeyStream(const MasterKeys& master, std::uint8_t label, std::span<std::uint8_t> out) {
	std::array<std::uint8_t, 16> counter{};
	const std::size_t salt_size = master.profile == SrtpProfile::kAes128Gcm ? 12 : 14;
	std::copy_n(master.salt.begin(), salt_size, counter.begin());
	counter[7] ^= label;
	std::ranges::fill(out, 0);
	CounterCipher(master.key).Crypt(counter, out.data(), out.size(), out.data());
}

}  // namespace

SessionKeys DeriveSessionKeys(const MasterKeys& master, KeyUse use) {
	const std::uint8_t label = use == KeyUse::kRtp ? 0 : 3;
	SessionKeys keys{master.profile, {}, {}, {}};
	KeyStream(master, label, keys.encryption);
	KeyStream(master, label + 1, keys.authentication);
	KeyStream(master, label + 2, keys.salt);
	return keys;
}

}  // namespace porthole
