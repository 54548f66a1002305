#include "rtp-pool-values.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "native-error.h"
#include "options.h"

namespace porthole {

namespace {

constexpr double kMostWord = 4'294'967'295.0;
constexpr std::size_t kLongestMid = 2;
constexpr std::size_t kLongestCname = 64;
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;

NativeError Invalid(const char* name, const char* expected) {
	return {"invalid-argument", std::string("\"") + name + "\" must be " + expected + "."};
}

Napi::Object ObjectValue(const Napi::Value& value, const char* name) {
	if (!value.IsObject()) throw Invalid(name, "an object");
	return value.As<Napi::Object>();
}

std::string ShortText(const Napi::Object& options, const char* name, std::size_t longest) {
	std::string text = StringOption(options, name);
	if (text.size() > longest) throw Invalid(name, "shorter");
	return text;
}

std::uint8_t PayloadType(const Napi::Object& options) {
	return static_cast<std::uint8_t>(IntegerValue(options.Get("payloadType"), "payloadType", 0, 127));
}

std::uint16_t FirstSequence(const Napi::Object& options) {
	return static_cast<std::uint16_t>(IntegerValue(options.Get("firstSequence"), "firstSequence", 0, 0x7fff));
}

std::uint8_t ExtensionId(const Napi::Object& ids, const char* name) {
	const Napi::Value id = ids.Get(name);
	return id.IsUndefined() ? 0 : static_cast<std::uint8_t>(IntegerValue(id, name, 1, 14));
}

template <std::size_t size>
void CopyKey(const Napi::Object& keys, const char* name, std::size_t wanted, std::array<std::uint8_t, size>& out) {
	const Bytes bytes = BytesValue(keys.Get(name), name);
	if (bytes.size() != wanted) throw Invalid(name, "as long as its profile says");
	std::ranges::copy(bytes, out.begin());
}

}  // namespace

Bytes BytesValue(const Napi::Value& value, const char* name) {
	if (!value.IsTypedArray()) throw Invalid(name, "a Uint8Array");
	const auto array = value.As<Napi::TypedArray>();
	if (array.TypedArrayType() != napi_uint8_array || array.ByteLength() > kMostBytes) {
		throw Invalid(name, "a Uint8Array of at most 64 MiB");
	}
	return {value.As<Napi::Uint8Array>().Data(), array.ByteLength()};
}

std::uint32_t WordValue(const Napi::Value& value, const char* name) {
	return static_cast<std::uint32_t>(NumberValue(value, name, 0, kMostWord));
}

StreamTerms TermsValue(const Napi::Object& options) {
	StreamTerms terms{};
	terms.payload_type = PayloadType(options);
	terms.ssrc = WordValue(options.Get("ssrc"), "ssrc");
	terms.first_sequence = FirstSequence(options);
	if (!options.Get("retransmission").IsUndefined()) {
		const Napi::Object resent = ObjectValue(options.Get("retransmission"), "retransmission");
		terms.retransmission = {PayloadType(resent), WordValue(resent.Get("ssrc"), "ssrc"), FirstSequence(resent)};
	}
	const Napi::Object ids = ObjectValue(options.Get("extensions"), "extensions");
	terms.extensions = {
		.mid = ExtensionId(ids, "mid"),
		.transport_sequence = ExtensionId(ids, "transportSequence"),
		.playout_delay = ExtensionId(ids, "playoutDelay"),
		.capture_time = ExtensionId(ids, "captureTime"),
	};
	terms.mid = ShortText(options, "mid", kLongestMid);
	terms.cname = ShortText(options, "cname", kLongestCname);
	terms.clock_origin = NumberValue(options.Get("clockOrigin"), "clockOrigin", -1e15, 1e15);
	return terms;
}

MasterKeys KeysValue(const Napi::Value& value) {
	const Napi::Object object = ObjectValue(value, "keys");
	const std::string profile = StringOption(object, "profile");
	MasterKeys keys{};
	if (profile == "AEAD_AES_128_GCM") keys.profile = SrtpProfile::kAes128Gcm;
	else if (profile == "AES128_CM_HMAC_SHA1_80") keys.profile = SrtpProfile::kAes128CounterHmacSha1;
	else throw Invalid("profile", "a known SRTP profile");
	CopyKey(object, "key", 16, keys.key);
	CopyKey(object, "salt", keys.profile == SrtpProfile::kAes128Gcm ? 12 : 14, keys.salt);
	return keys;
}

Pace PaceValue(const Napi::Value& value) {
	const Napi::Object pace = ObjectValue(value, "pace");
	return {NumberValue(pace.Get("rate"), "rate", 0, 1e15), NumberValue(pace.Get("burst"), "burst", 0, 1e15),
		NumberValue(pace.Get("longestWait"), "longestWait", 0, 1e15)};
}

Napi::Value CountersToJs(Napi::Env env, const SenderCounters& counters) {
	Napi::Object object = Napi::Object::New(env);
	const auto set = [&](const char* name, const std::atomic<std::uint64_t>& counter) {
		object.Set(name, static_cast<double>(counter.load(std::memory_order_relaxed)));
	};
	const auto set_known = [&](const char* name, const std::atomic<double>& value) {
		const double number = value.load(std::memory_order_relaxed);
		if (number >= 0) object.Set(name, number);
	};
	set("packets", counters.packets);
	set("bytes", counters.bytes);
	set("retransmitted", counters.retransmitted);
	set("nacks", counters.nacks);
	set("keyframeRequests", counters.keyframe_requests);
	set("skipped", counters.skipped);
	set_known("roundTrip", counters.round_trip);
	set_known("lost", counters.lost);
	set_known("receiverLimit", counters.receiver_limit);
	return object;
}

Napi::Value EventsToJs(Napi::Env env, const PoolEventBatch& batch) {
	if (batch.empty()) return env.Undefined();
	auto numbers = Napi::Float64Array::New(env, batch.numbers.size());
	std::ranges::copy(batch.numbers, numbers.Data());
	const auto packets = Napi::Array::New(env, batch.packets.size());
	for (std::uint32_t i = 0; i < batch.packets.size(); i++) {
		packets.Set(i, Napi::Buffer<std::uint8_t>::Copy(env, batch.packets[i].data(), batch.packets[i].size()));
	}
	const auto addresses = Napi::Array::New(env, batch.addresses.size());
	for (std::uint32_t i = 0; i < batch.addresses.size(); i++) addresses.Set(i, batch.addresses[i]);
	Napi::Object object = Napi::Object::New(env);
	object.Set("numbers", numbers);
	object.Set("packets", packets);
	object.Set("addresses", addresses);
	object.Set("dropped", static_cast<double>(batch.dropped));
	return object;
}

}  // namespace porthole
