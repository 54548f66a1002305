#include "napi/rtp-pool-object.h"

#include <napi.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "napi/native-object.h"
#include "napi/options.h"
#include "native-error.h"
#include "rtp/rtp-pool.h"

namespace porthole {

namespace {

constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
constexpr std::size_t kLongestCname = 64;

Napi::Object ObjectValue(const Napi::Value& value, const char* name) {
	if (!value.IsObject()) throw InvalidArgument(name, "an object");
	return value.As<Napi::Object>();
}

Bytes PacketBytes(const Napi::Value& value, const char* name) {
	const Bytes bytes = BytesValue(value, name);
	if (bytes.size() > kMaxBytes) throw InvalidArgument(name, "a Uint8Array of at most 64 MiB");
	return bytes;
}

std::string ShortText(const Napi::Object& options, const char* name, std::size_t longest) {
	std::string text = StringOption(options, name);
	if (text.size() > longest) throw InvalidArgument(name, "shorter");
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
	if (bytes.size() != wanted) throw InvalidArgument(name, "as long as its profile says");
	std::ranges::copy(bytes, out.begin());
}

RtpParameters ParametersValue(const Napi::Object& options) {
	RtpParameters parameters{};
	parameters.payload_type = PayloadType(options);
	parameters.ssrc = WordValue(options.Get("ssrc"), "ssrc");
	parameters.first_sequence = FirstSequence(options);
	if (!options.Get("retransmission").IsUndefined()) {
		const Napi::Object resent = ObjectValue(options.Get("retransmission"), "retransmission");
		parameters.retransmission = {PayloadType(resent), WordValue(resent.Get("ssrc"), "ssrc"), FirstSequence(resent)};
	}
	const Napi::Object ids = ObjectValue(options.Get("extensions"), "extensions");
	parameters.extensions = {
		.mid = ExtensionId(ids, "mid"),
		.transport_sequence = ExtensionId(ids, "transportSequence"),
		.playout_delay = ExtensionId(ids, "playoutDelay"),
		.capture_time = ExtensionId(ids, "captureTime"),
	};
	parameters.mid = ShortText(options, "mid", kLongestMid);
	parameters.cname = ShortText(options, "cname", kLongestCname);
	parameters.clock_origin = NumberValue(options.Get("clockOrigin"), "clockOrigin", -1e15, 1e15);
	return parameters;
}

MasterKeys KeysValue(const Napi::Value& value) {
	const Napi::Object object = ObjectValue(value, "keys");
	const std::string profile = StringOption(object, "profile");
	MasterKeys keys{};
	if (profile == "AEAD_AES_128_GCM") keys.profile = SrtpProfile::kAes128Gcm;
	else if (profile == "AES128_CM_HMAC_SHA1_80") keys.profile = SrtpProfile::kAes128CounterHmacSha1;
	else throw InvalidArgument("profile", "a known SRTP profile");
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

/// `{numbers, packets, addresses, failures, dropped}`, or undefined when there is nothing.
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
	const auto failures = Napi::Array::New(env, batch.failures.size());
	for (std::uint32_t i = 0; i < batch.failures.size(); i++) {
		failures.Set(i, EndToJs(env, {batch.failures[i].first, batch.failures[i].second}));
	}
	object.Set("failures", failures);
	object.Set("dropped", static_cast<double>(batch.dropped));
	return object;
}

constexpr int kMaxPort = 65'535;
/// As a sanity check: a pool lives on, whatever it is told.
constexpr double kMaxRate = 1e12;
constexpr double kLatestTime = 1e15;

std::uint32_t IdValue(const Napi::Value& value) { return WordValue(value, "id"); }

std::uint16_t PortValue(const Napi::Value& value, int least) {
	return static_cast<std::uint16_t>(IntegerValue(value, "port", least, kMaxPort));
}

SocketAddress AddressValue(const Napi::Value& address, const Napi::Value& port) {
	const auto remote = SocketAddress::From(TextValue(address, "address"), PortValue(port, 1));
	if (!remote) throw NativeError("invalid-argument", "\"address\" must be a numeric IP address.");
	return *remote;
}

}  // namespace

Napi::Function RtpPoolObject::Define(Napi::Env env) {
	return DefineClass(env, "RtpPool",
		{
			InstanceMethod("openSocket", &RtpPoolObject::OpenSocket),
			InstanceMethod("closeSocket", &RtpPoolObject::CloseSocket),
			InstanceMethod("sendDatagram", &RtpPoolObject::SendDatagram),
			InstanceMethod("openFeed", &RtpPoolObject::OpenFeed),
			InstanceMethod("closeFeed", &RtpPoolObject::CloseFeed),
			InstanceMethod("push", &RtpPoolObject::Push),
			InstanceMethod("openSender", &RtpPoolObject::OpenSender),
			InstanceMethod("closeSender", &RtpPoolObject::CloseSender),
			InstanceMethod("follow", &RtpPoolObject::Follow),
			InstanceMethod("setPace", &RtpPoolObject::SetPace),
			InstanceMethod("probe", &RtpPoolObject::Probe),
			InstanceMethod("report", &RtpPoolObject::Report),
			InstanceMethod("setNoRoute", &RtpPoolObject::SetNoRoute),
			InstanceMethod("setUdpRoute", &RtpPoolObject::SetUdpRoute),
			InstanceMethod("setBridgedRoute", &RtpPoolObject::SetBridgedRoute),
			InstanceMethod("setQueued", &RtpPoolObject::SetQueued),
			InstanceMethod("receive", &RtpPoolObject::Receive),
			InstanceMethod("stats", &RtpPoolObject::Stats),
			InstanceMethod("take", &RtpPoolObject::Take),
			InstanceMethod("stopClockAt", &RtpPoolObject::StopClockAt),
			InstanceMethod("settle", &RtpPoolObject::Settle),
			InstanceMethod("close", &RtpPoolObject::Close),
		});
}

RtpPoolObject::RtpPoolObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		on_events_.emplace(FunctionOption(options, "onEvents"));
		on_end_.emplace(FunctionOption(options, "onEnd"));
		waker_ = std::make_unique<JsWaker>(info.Env(), "porthole senders", [this](Napi::Env env) {
			const Napi::HandleScope scope(env);
			if (!on_events_->Call(env, env.Undefined()) || !open()) return;
			std::optional<NativeEnd> end;
			{
				const std::lock_guard lock(end_mutex_);
				end = std::exchange(end_, std::nullopt);
			}
			if (end) on_end_->Call(env, EndToJs(env, *end));
		});
		pool_ = std::make_unique<RtpPool>([this] { waker_->Wake(); },
			[this](const std::string& code, const std::string& message) {
				{
					const std::lock_guard lock(end_mutex_);
					end_ = NativeEnd{code, message};
				}
				waker_->Wake();
			});
	});
	Opened();
}

void RtpPoolObject::CloseNative() {
	pool_->Close();
	waker_->Close();
	on_events_.reset();
	on_end_.reset();
	pool_.reset();
}

template <typename Body>
void RtpPoolObject::IfOpen(const Napi::CallbackInfo& info, Body body) {
	if (open()) WithJsErrors(info.Env(), body);
}

Napi::Value RtpPoolObject::OpenSocket(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		if (!open()) throw NativeError("pool-closed", "A closed pool opens no sockets.");
		const auto socket = pool_->OpenSocket(TextValue(info[0], "address"), PortValue(info[1], 0));
		Napi::Object object = Napi::Object::New(info.Env());
		object.Set("id", socket.id);
		object.Set("port", socket.port);
		object.Set("joinsPackets", socket.joins_packets);
		return object;
	});
}

void RtpPoolObject::CloseSocket(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseSocket(IdValue(info[0])); });
}

void RtpPoolObject::SendDatagram(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const Bytes packet = PacketBytes(info[1], "packet");
		const double length = NumberValue(info[2], "length", 0, static_cast<double>(packet.size()));
		pool_->SendDatagram(IdValue(info[0]), packet.first(static_cast<std::size_t>(length)),
			AddressValue(info[3], info[4]));
	});
}

Napi::Value RtpPoolObject::OpenFeed(const Napi::CallbackInfo& info) {
	return Napi::Number::New(info.Env(), open() ? pool_->OpenFeed() : 0);
}

void RtpPoolObject::CloseFeed(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseFeed(IdValue(info[0])); });
}

void RtpPoolObject::Push(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const UnitTime time{
			.capture_time = NumberValue(info[2], "captureTime", 0, kLatestTime),
			.rtp_timestamp = WordValue(info[3], "rtpTimestamp"),
			.keyframe = info[4].ToBoolean(),
		};
		pool_->Push(IdValue(info[0]), PacketBytes(info[1], "data"), time);
	});
}

Napi::Value RtpPoolObject::OpenSender(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		if (!open()) return Napi::Number::New(info.Env(), 0);
		const Napi::Object options = OptionsArgument(info);
		return Napi::Number::New(info.Env(),
			pool_->OpenSender(ParametersValue(options), KeysValue(options.Get("local")),
				KeysValue(options.Get("remote")), PaceValue(options.Get("pace"))));
	});
}

void RtpPoolObject::CloseSender(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseSender(IdValue(info[0])); });
}

void RtpPoolObject::Follow(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Follow(IdValue(info[0]), IdValue(info[1])); });
}

void RtpPoolObject::SetPace(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetPace(IdValue(info[0]), PaceValue(info[1])); });
}

void RtpPoolObject::Probe(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const double rate = NumberValue(info[1], "rate", 0, kMaxRate);
		pool_->Probe(IdValue(info[0]), rate, NumberValue(info[2], "bytes", 0, kMaxRate));
	});
}

void RtpPoolObject::Report(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Report(IdValue(info[0])); });
}

void RtpPoolObject::SetNoRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetNoRoute(IdValue(info[0])); });
}

void RtpPoolObject::SetUdpRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetUdpRoute(IdValue(info[0]), IdValue(info[1]), AddressValue(info[2], info[3])); });
}

void RtpPoolObject::SetBridgedRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetBridgedRoute(IdValue(info[0])); });
}

void RtpPoolObject::SetQueued(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetQueued(IdValue(info[0]), WordValue(info[1], "bytes")); });
}

Napi::Value RtpPoolObject::Receive(const Napi::CallbackInfo& info) {
	bool genuine = false;
	IfOpen(info, [&] { genuine = pool_->Receive(IdValue(info[0]), PacketBytes(info[1], "packet")); });
	return Napi::Boolean::New(info.Env(), genuine);
}

Napi::Value RtpPoolObject::Stats(const Napi::CallbackInfo& info) {
	const SenderCounters* counters = nullptr;
	IfOpen(info, [&] { counters = pool_->Counters(IdValue(info[0])); });
	return counters == nullptr ? info.Env().Undefined() : CountersToJs(info.Env(), *counters);
}

Napi::Value RtpPoolObject::Take(const Napi::CallbackInfo& info) {
	if (!open()) return info.Env().Undefined();
	return EventsToJs(info.Env(), pool_->events().Take());
}

void RtpPoolObject::StopClockAt(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->StopClockAt(NumberValue(info[0], "time", 0, kLatestTime)); });
}

void RtpPoolObject::Settle(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Settle(); });
}

}  // namespace porthole
