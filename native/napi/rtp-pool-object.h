#pragma once

#include <memory>
#include <optional>

#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-events.h"
#include "rtp/rtp-pool.h"

namespace porthole {

/// `RtpPool` of `server/native/rtp-pool.ts`. Calls that come after `close()` do nothing.
class RtpPoolObject : public NativeObject<RtpPoolObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit RtpPoolObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	Napi::Value OpenSocket(const Napi::CallbackInfo& info);
	void CloseSocket(const Napi::CallbackInfo& info);
	void SendDatagram(const Napi::CallbackInfo& info);
	Napi::Value OpenFeed(const Napi::CallbackInfo& info);
	void CloseFeed(const Napi::CallbackInfo& info);
	void Push(const Napi::CallbackInfo& info);
	Napi::Value OpenSender(const Napi::CallbackInfo& info);
	void CloseSender(const Napi::CallbackInfo& info);
	void Follow(const Napi::CallbackInfo& info);
	void SetPace(const Napi::CallbackInfo& info);
	void Probe(const Napi::CallbackInfo& info);
	void Report(const Napi::CallbackInfo& info);
	void SetNoRoute(const Napi::CallbackInfo& info);
	void SetUdpRoute(const Napi::CallbackInfo& info);
	void SetBridgedRoute(const Napi::CallbackInfo& info);
	void SetQueued(const Napi::CallbackInfo& info);
	Napi::Value Receive(const Napi::CallbackInfo& info);
	Napi::Value Stats(const Napi::CallbackInfo& info);
	Napi::Value Take(const Napi::CallbackInfo& info);
	void StopClockAt(const Napi::CallbackInfo& info);
	void Settle(const Napi::CallbackInfo& info);

	/// What goes wrong becomes a JavaScript error with a code.
	template <typename Body>
	void IfOpen(const Napi::CallbackInfo& info, Body body);

	std::optional<JsCallback> on_events_;
	std::optional<JsCallback> on_end_;
	std::mutex end_mutex_;
	std::optional<NativeEnd> end_;
	std::unique_ptr<JsWaker> waker_;
	/// Null once closed.
	std::unique_ptr<RtpPool> pool_;
};

}  // namespace porthole
