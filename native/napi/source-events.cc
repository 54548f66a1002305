#include "napi/source-events.h"

#include <utility>

#include "napi/options.h"

namespace porthole {

namespace {

Napi::Object UnitToJs(Napi::Env env, const AccessUnit& unit) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("data", Napi::Buffer<std::uint8_t>::Copy(env, unit.data.data(), unit.data.size()));
	object.Set("captureTime", unit.capture_time);
	object.Set("encodedTime", unit.encoded_time);
	object.Set("keyframe", unit.keyframe);
	object.Set("width", unit.width);
	object.Set("height", unit.height);
	if (unit.rendition == Rendition::kSmall) object.Set("rendition", "small");
	if (!unit.encoder.empty()) object.Set("encoder", unit.encoder);
	return object;
}

}  // namespace

Napi::Object EndToJs(Napi::Env env, const NativeEnd& end) {
	Napi::Object object = Napi::Object::New(env);
	object.Set("code", end.code);
	object.Set("message", end.message);
	return object;
}

SourceEvents::SourceEvents(Napi::Env env, const Napi::Object& options, std::function<void(Rendition)> recover)
	: recover_(std::move(recover)),
	  on_access_unit_(FunctionOption(options, "onAccessUnit")),
	  on_end_(FunctionOption(options, "onEnd")),
	  waker_(env, "porthole source", [this](Napi::Env wake_env) { Drain(wake_env); }) {}

bool SourceEvents::Deliver(AccessUnit unit) {
	const bool kept = queue_.Push(std::move(unit));
	waker_.Wake();
	return kept;
}

void SourceEvents::End(const std::string& code, const std::string& message) {
	{
		const std::lock_guard lock(end_mutex_);
		end_ = NativeEnd{code, message};
	}
	waker_.Wake();
}

void SourceEvents::Close() {
	closed_ = true;
	waker_.Close();
	queue_.Clear();
	on_access_unit_.Reset();
	on_end_.Reset();
}

void SourceEvents::Drain(Napi::Env env) {
	const Napi::HandleScope scope(env);
	// Callbacks may close this source, so each step looks again.
	while (!closed_) {
		std::optional<AccessUnit> unit = queue_.Pop();
		if (!unit) break;
		const Napi::HandleScope unit_scope(env);
		if (!on_access_unit_.Call(env, UnitToJs(env, *unit))) {
			if (!closed_) waker_.Wake();
			return;
		}
	}
	if (closed_) return;
	for (const Rendition rendition : kRenditions) {
		if (queue_.Recover(rendition)) recover_(rendition);
	}
	std::optional<NativeEnd> end;
	{
		const std::lock_guard lock(end_mutex_);
		end = std::exchange(end_, std::nullopt);
	}
	if (end) on_end_.Call(env, EndToJs(env, *end));
}

}  // namespace porthole
