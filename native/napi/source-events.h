#pragma once

#include <napi.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "encode/access-unit-queue.h"
#include "encode/source-sink.h"
#include "napi/js-callback.h"

namespace porthole {

/// Why a native thread stopped by itself.
struct NativeEnd {
	std::string code;
	std::string message;
};

/// `{code, message}`.
Napi::Object EndToJs(Napi::Env env, const NativeEnd& end);

/// Brings what a source's thread makes to its `onAccessUnit` and `onEnd`.
class SourceEvents : public SourceSink {
public:
	/// About a quarter of a second at 60 pictures a second.
	static constexpr std::size_t kQueueCapacity = 16;

	/// `recover` runs on the JavaScript thread when access units of a rendition were dropped: it must ask for a keyframe.
	SourceEvents(Napi::Env env, const Napi::Object& options, std::function<void(Rendition)> recover);

	bool Deliver(AccessUnit unit) override;
	bool Blocked(Rendition rendition) const override { return queue_.Overflowed(rendition); }
	void End(const std::string& code, const std::string& message) override;

	/// JavaScript thread, after the source's thread has ended: no callback comes any more.
	void Close();

private:
	void Drain(Napi::Env env);

	AccessUnitQueue queue_{kQueueCapacity};
	std::mutex end_mutex_;
	std::optional<NativeEnd> end_;
	std::function<void(Rendition)> recover_;
	JsCallback on_access_unit_;
	JsCallback on_end_;
	bool closed_ = false;
	JsWaker waker_;
};

}  // namespace porthole
