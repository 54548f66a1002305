#include "napi/simulator-service-object.h"

#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "napi/options.h"
#include "napi/source-events.h"

namespace porthole {

namespace {

/// Tells objects of this class from all others.
constexpr napi_type_tag kServiceTag = {0x5d1c8f0a2b7e4c93, 0x9f36d8a41b0c7e52};

/// Boots and shutdowns at once; each has a thread that waits for CoreSimulator.
constexpr std::size_t kMaxChanges = 32;

NativeError Closed() { return {"service-closed", "The simulator service was closed."}; }

Napi::Object SimulatorToJs(Napi::Env env, const Simulator& simulator) {
	Napi::Object type = Napi::Object::New(env);
	type.Set("name", simulator.type_name);
	type.Set("identifier", simulator.type_identifier);
	type.Set("bundlePath", simulator.type_bundle_path);
	Napi::Object pixels = Napi::Object::New(env);
	pixels.Set("width", simulator.width);
	pixels.Set("height", simulator.height);
	Napi::Object object = Napi::Object::New(env);
	object.Set("udid", simulator.udid);
	object.Set("name", simulator.name);
	object.Set("runtime", simulator.runtime);
	object.Set("state", simulator.state);
	object.Set("deviceType", type);
	object.Set("pixels", pixels);
	object.Set("scale", simulator.scale);
	return object;
}

}  // namespace

/// What other threads have to tell, until JavaScript takes it; they may outlive the service.
class SimulatorServiceObject::News {
public:
	struct Ended {
		int change;
		std::optional<NativeError> failure;
	};

	explicit News(std::unique_ptr<JsWaker> waker) : waker_(std::move(waker)) {}

	void Changed() {
		const std::lock_guard lock(mutex_);
		changed_ = true;
		if (waker_) waker_->Wake();
	}

	void ChangeEnded(Ended ended) {
		const std::lock_guard lock(mutex_);
		ended_.push_back(std::move(ended));
		if (waker_) waker_->Wake();
	}

	std::optional<Ended> TakeEnded() {
		const std::lock_guard lock(mutex_);
		if (ended_.empty()) return std::nullopt;
		Ended ended = std::move(ended_.front());
		ended_.pop_front();
		return ended;
	}

	bool TakeChanged() {
		const std::lock_guard lock(mutex_);
		return std::exchange(changed_, false);
	}

	/// What waits is taken later.
	void Again() {
		const std::lock_guard lock(mutex_);
		if (waker_) waker_->Wake();
	}

	/// JavaScript thread.
	void Close() {
		const std::lock_guard lock(mutex_);
		if (waker_) waker_->Close();
		waker_.reset();
	}

private:
	std::mutex mutex_;
	std::unique_ptr<JsWaker> waker_;
	bool changed_ = false;
	/// No more than changes that are waited for.
	std::deque<Ended> ended_;
};

Napi::Function SimulatorServiceObject::Define(Napi::Env env) {
	return DefineClass(env, "SimulatorService",
		{
			InstanceMethod("list", &SimulatorServiceObject::List),
			InstanceMethod("boot", &SimulatorServiceObject::Boot),
			InstanceMethod("shutdown", &SimulatorServiceObject::Shutdown),
			InstanceMethod("setOrientation", &SimulatorServiceObject::SetOrientation),
			InstanceMethod("notify", &SimulatorServiceObject::Notify),
			InstanceMethod("close", &SimulatorServiceObject::Close),
		});
}

SimulatorServiceObject::SimulatorServiceObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		const std::string developer_dir = StringOption(options, "developerDir");
		std::optional<std::string> device_set;
		if (!options.Get("deviceSet").IsUndefined()) device_set = StringOption(options, "deviceSet");
		on_change_.emplace(FunctionOption(options, "onChange"));
		news_ = std::make_shared<News>(
			std::make_unique<JsWaker>(info.Env(), "porthole simulators", [this](Napi::Env env) { Tell(env); }));
		const std::shared_ptr<News> news = news_;
		set_ = std::make_shared<SimulatorSet>(developer_dir, device_set, [news] { news->Changed(); });
		info.This().As<Napi::Object>().TypeTag(&kServiceTag);
	});
	Opened();
}

void SimulatorServiceObject::CloseNative() {
	set_->Close();
	news_->Close();
	waiting_.clear();
	on_change_.reset();
	set_.reset();
}

std::shared_ptr<SimulatorSet> SimulatorServiceObject::SetOption(const Napi::Object& options) {
	const Napi::Value value = options.Get("service");
	if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kServiceTag)) {
		throw NativeError("invalid-argument", "\"service\" must be a SimulatorService.");
	}
	const std::shared_ptr<SimulatorSet> set = Unwrap(value.As<Napi::Object>())->set_;
	if (!set) throw Closed();
	return set;
}

SimulatorSet& SimulatorServiceObject::Open(const Napi::CallbackInfo& info) const {
	return WithJsErrors(info.Env(), [&]() -> SimulatorSet& {
		if (!set_) throw Closed();
		return *set_;
	});
}

Napi::Value SimulatorServiceObject::List(const Napi::CallbackInfo& info) {
	SimulatorSet& set = Open(info);
	const std::vector<Simulator> simulators = WithJsErrors(info.Env(), [&] { return set.List(); });
	Napi::Array list = Napi::Array::New(info.Env(), simulators.size());
	for (std::size_t index = 0; index < simulators.size(); index++) {
		list.Set(static_cast<std::uint32_t>(index), SimulatorToJs(info.Env(), simulators[index]));
	}
	return list;
}

void SimulatorServiceObject::Boot(const Napi::CallbackInfo& info) { SwitchPower(info, &SimulatorSet::Boot); }
void SimulatorServiceObject::Shutdown(const Napi::CallbackInfo& info) { SwitchPower(info, &SimulatorSet::Shutdown); }

void SimulatorServiceObject::SwitchPower(const Napi::CallbackInfo& info,
	void (SimulatorSet::*change)(const std::string& udid, SimulatorSet::Done done)) {
	SimulatorSet& set = Open(info);
	WithJsErrors(info.Env(), [&] {
		const std::string udid = TextValue(info[0], "udid");
		if (!info[1].IsFunction()) throw NativeError("invalid-argument", "\"done\" must be a function.");
		if (waiting_.size() >= kMaxChanges) {
			throw NativeError("too-many-changes",
				"So many simulators are being booted or shut down that no more are; wait "
				"for one of them.");
		}
		const int number = next_change_++;
		waiting_.emplace(number, JsCallback(Napi::Persistent(info[1].As<Napi::Function>())));
		const std::shared_ptr<News> news = news_;
		(set.*change)(udid,
			[news, number](const std::optional<NativeError>& failure) { news->ChangeEnded({number, failure}); });
	});
}

void SimulatorServiceObject::SetOrientation(const Napi::CallbackInfo& info) {
	SimulatorSet& set = Open(info);
	WithJsErrors(info.Env(),
		[&] { set.SetOrientation(TextValue(info[0], "udid"), IntegerValue(info[1], "orientation", 1, 4)); });
}

void SimulatorServiceObject::Notify(const Napi::CallbackInfo& info) {
	SimulatorSet& set = Open(info);
	WithJsErrors(info.Env(), [&] { set.Notify(TextValue(info[0], "udid"), TextValue(info[1], "name")); });
}

void SimulatorServiceObject::Tell(Napi::Env env) {
	const Napi::HandleScope scope(env);
	const std::shared_ptr<News> news = news_;
	// Callbacks may close this service, so each step looks again.
	while (const auto ended = news->TakeEnded()) {
		const auto found = waiting_.find(ended->change);
		if (found == waiting_.end()) continue;
		const JsCallback done = std::move(found->second);
		waiting_.erase(found);
		const Napi::HandleScope done_scope(env);
		const auto failure = ended->failure;
		const Napi::Value argument =
			failure ? Napi::Value(EndToJs(env, {failure->code(), failure->what()})) : env.Undefined();
		if (!done.Call(env, argument)) return news->Again();
	}
	if (on_change_ && news->TakeChanged()) on_change_->Call(env, env.Undefined());
}

}  // namespace porthole
