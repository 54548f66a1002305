#include "encode/encoder-registry.h"

#include <map>
#include <mutex>
#include <string>

#include "encode/remote-encoder.h"
#include "native-error.h"

namespace porthole {

// Another encoder is one more file and one more name here.
#ifdef __APPLE__
#define PORTHOLE_ENCODERS(each) each(kVideoToolboxEncoder)
#else
#define PORTHOLE_ENCODERS(each) each(kOpenH264Encoder) each(kX264Encoder)
#endif

// NOLINTNEXTLINE(bugprone-macro-parentheses): a declared name stands in none.
#define PORTHOLE_DECLARE(kind) extern const EncoderKind kind;
#define PORTHOLE_LIST(kind) &(kind),

PORTHOLE_ENCODERS(PORTHOLE_DECLARE)

std::span<const EncoderKind* const> EncoderKinds() {
	static const EncoderKind* const kinds[] = {PORTHOLE_ENCODERS(PORTHOLE_LIST)};
	return kinds;
}

namespace {

constexpr std::string_view kRemote = "hxfr:";

/// The kind of an encoder at an address. Kept for good, as others refer to it: addresses are typed by people.
const EncoderKind& RemoteKind(const std::string& name) {
	static std::mutex mutex;
	static std::map<std::string, EncoderKind> kinds;
	const std::lock_guard lock(mutex);
	const auto known = kinds.find(name);
	if (known != kinds.end()) return known->second;
	const StreamAddress address = StreamAddress::Parse(name.substr(kRemote.size()));
	const EncoderKind& local = *EncoderKinds().front();
	return kinds
		.emplace(name,
			EncoderKind{name, [] { return EncoderAvailability{true, "at the other end of a stream"}; },
				[address, &local](const EncoderSettings& settings) -> std::unique_ptr<Encoder> {
					return std::make_unique<RemoteEncoder>(address, local, settings);
				}})
		.first->second;
}

}  // namespace

const EncoderKind& FindEncoderKind(std::string_view name) {
	if (name.starts_with(kRemote)) return RemoteKind(std::string(name));
	std::string known;
	for (const EncoderKind* kind : EncoderKinds()) {
		if (name == kind->name) return *kind;
		known += (known.empty() ? "" : ", ") + kind->name;
	}
	throw NativeError("encoder-unknown",
		"There is no encoder named \"" + std::string(name) + "\"; this build knows " + known + ".");
}

}  // namespace porthole
