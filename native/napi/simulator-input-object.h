#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "napi/source-events.h"
#include "simulator/simulator-input.h"

namespace porthole {

/// `SimulatorInput` of `server/native/addon.ts`.
class SimulatorInputObject : public NativeObject<SimulatorInputObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit SimulatorInputObject(const Napi::CallbackInfo& info);

	void CloseNative();

private:
	void Touch(const Napi::CallbackInfo& info);
	void Key(const Napi::CallbackInfo& info);
	void Button(const Napi::CallbackInfo& info);

	/// Input that comes after `close()` does nothing.
	template <typename Event>
	void Give(const Napi::CallbackInfo& info, Event (*read)(const Napi::CallbackInfo& info));
	void Ended(Napi::Env env);

	std::mutex end_mutex_;
	NativeEnd end_;
	std::optional<JsCallback> on_end_;
	std::unique_ptr<JsWaker> waker_;
	/// Null once closed.
	std::unique_ptr<SimulatorInput> input_;
};

}  // namespace porthole
