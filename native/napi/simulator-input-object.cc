#include "napi/simulator-input-object.h"

#include "napi/options.h"
#include "napi/simulator-service-object.h"

namespace porthole {

namespace {

constexpr int kMaxUsage = 0xFFFF;

bool DownValue(const Napi::Value& value) {
	if (!value.IsBoolean()) throw InvalidArgument("down", "true or false");
	return value.As<Napi::Boolean>().Value();
}

std::uint32_t UsageValue(const Napi::Value& value, const char* name) {
	return static_cast<std::uint32_t>(IntegerValue(value, name, 0, kMaxUsage));
}

TouchPhase PhaseValue(const Napi::Value& value) {
	const std::string name = TextValue(value, "phase");
	if (name == "down") return TouchPhase::kDown;
	if (name == "move") return TouchPhase::kMove;
	if (name == "up") return TouchPhase::kUp;
	throw InvalidArgument("phase", "\"down\", \"move\" or \"up\"");
}

TouchEdge EdgeValue(const Napi::Value& value) {
	const std::string name = TextValue(value, "edge");
	if (name == "none") return TouchEdge::kNone;
	if (name == "left") return TouchEdge::kLeft;
	if (name == "top") return TouchEdge::kTop;
	if (name == "right") return TouchEdge::kRight;
	if (name == "bottom") return TouchEdge::kBottom;
	throw InvalidArgument("edge", "\"none\", \"left\", \"top\", \"right\" or \"bottom\"");
}

Touch ReadTouch(const Napi::CallbackInfo& info) {
	Touch touch;
	touch.phase = PhaseValue(info[0]);
	const Napi::Value places = info[1];
	const std::uint32_t length = places.IsArray() ? places.As<Napi::Array>().Length() : 0;
	if (length != 2 && length != 4) throw InvalidArgument("places", "two or four numbers");
	touch.fingers = length / 2;
	for (std::uint32_t finger = 0; finger < touch.fingers; finger++) {
		const Napi::Array numbers = places.As<Napi::Array>();
		touch.places[finger] = {NumberValue(numbers.Get(2 * finger), "places", 0, 1),
			NumberValue(numbers.Get(2 * finger + 1), "places", 0, 1)};
	}
	touch.edge = EdgeValue(info[2]);
	return touch;
}

KeyEvent ReadKey(const Napi::CallbackInfo& info) { return {UsageValue(info[0], "usage"), DownValue(info[1])}; }

ButtonEvent ReadButton(const Napi::CallbackInfo& info) {
	return {UsageValue(info[0], "page"), UsageValue(info[1], "usage"), DownValue(info[2])};
}

using OpenInput = std::unique_ptr<SimulatorInput> (*)(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end);

OpenInput TransportOption(const Napi::Object& options) {
	const std::string name = StringOption(options, "transport");
	if (name == "indigo") return OpenIndigoInput;
	if (name == "dtuhid") return OpenDtuhidInput;
	throw InvalidArgument("transport", "\"indigo\" or \"dtuhid\"");
}

}  // namespace

Napi::Function SimulatorInputObject::Define(Napi::Env env) {
	return DefineClass(env, "SimulatorInput",
		{
			InstanceMethod("touch", &SimulatorInputObject::Touch),
			InstanceMethod("key", &SimulatorInputObject::Key),
			InstanceMethod("button", &SimulatorInputObject::Button),
			InstanceMethod("close", &SimulatorInputObject::Close),
		});
}

SimulatorInputObject::SimulatorInputObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		const std::shared_ptr<SimulatorSet> set = SimulatorServiceObject::SetOption(options);
		const std::string udid = StringOption(options, "udid");
		const OpenInput open = TransportOption(options);
		on_end_.emplace(FunctionOption(options, "onEnd"));
		waker_ =
			std::make_unique<JsWaker>(info.Env(), "porthole simulator input", [this](Napi::Env env) { Ended(env); });
		input_ = open(*set, udid, [this](const NativeError& why) {
			{
				const std::lock_guard lock(end_mutex_);
				end_ = {why.code(), why.what()};
			}
			waker_->Wake();
		});
	});
	Opened();
}

void SimulatorInputObject::CloseNative() {
	input_->Close();
	waker_->Close();
	on_end_.reset();
	input_.reset();
}

template <typename Event>
void SimulatorInputObject::Give(const Napi::CallbackInfo& info, Event (*read)(const Napi::CallbackInfo& info)) {
	if (open()) WithJsErrors(info.Env(), [&] { input_->Give(read(info)); });
}

void SimulatorInputObject::Touch(const Napi::CallbackInfo& info) { Give(info, ReadTouch); }
void SimulatorInputObject::Key(const Napi::CallbackInfo& info) { Give(info, ReadKey); }
void SimulatorInputObject::Button(const Napi::CallbackInfo& info) { Give(info, ReadButton); }

void SimulatorInputObject::Ended(Napi::Env env) {
	const Napi::HandleScope scope(env);
	NativeEnd end;
	{
		const std::lock_guard lock(end_mutex_);
		end = end_;
	}
	on_end_->Call(env, EndToJs(env, end));
}

}  // namespace porthole
