#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "napi/js-callback.h"
#include "napi/native-object.h"
#include "simulator/simulator-set.h"

namespace porthole {

/// `SimulatorService` of `server/native/addon.ts`.
class SimulatorServiceObject : public NativeObject<SimulatorServiceObject> {
public:
	static Napi::Function Define(Napi::Env env);
	explicit SimulatorServiceObject(const Napi::CallbackInfo& info);

	void CloseNative();

	/// The set of `options.service`. Throws NativeError `invalid-argument` for another object, and `service-closed`.
	static std::shared_ptr<SimulatorSet> SetOption(const Napi::Object& options);

private:
	class News;

	Napi::Value List(const Napi::CallbackInfo& info);
	void Boot(const Napi::CallbackInfo& info);
	void Shutdown(const Napi::CallbackInfo& info);
	void SetOrientation(const Napi::CallbackInfo& info);
	void Notify(const Napi::CallbackInfo& info);

	/// Throws a JavaScript error `service-closed` once closed.
	SimulatorSet& Open(const Napi::CallbackInfo& info) const;
	void SwitchPower(const Napi::CallbackInfo& info,
		void (SimulatorSet::*change)(const std::string& udid, SimulatorSet::Done done));
	void Tell(Napi::Env env);

	std::optional<JsCallback> on_change_;
	/// Boots and shutdowns that JavaScript waits for, by number.
	std::map<int, JsCallback> waiting_;
	int next_change_ = 1;
	std::shared_ptr<News> news_;
	/// Null once closed.
	std::shared_ptr<SimulatorSet> set_;
};

}  // namespace porthole
