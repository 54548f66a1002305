#include "napi/x11-objects.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "capture/x11-grabber.h"
#include "napi/options.h"
#include "napi/source-events.h"

namespace porthole {

Napi::Function X11SourceObject::Define(Napi::Env env) {
	return DefineSource(env, "X11Source", {InstanceMethod("expectDamage", &X11SourceObject::ExpectDamage)});
}

X11SourceObject::X11SourceObject(const Napi::CallbackInfo& info) : SourceObject(info) {
	Open(info, [](const Napi::Object& options, SourceSink& sink) {
		return std::make_unique<X11Source>(StringOption(options, "display"), EncoderOption(options),
			RateOption(options), sink);
	});
}

void X11SourceObject::ExpectDamage(const Napi::CallbackInfo&) {
	if (source() != nullptr) source()->ExpectDamage();
}

namespace {

/// X keycodes are evdev codes plus 8, as in every evdev keymap.
constexpr int kEvdevOffset = 8;
/// X coordinates are 16 bits wide.
constexpr int kFarthest = 32767;
constexpr int kAllButtons = 31;
/// Nobody turns a wheel farther in one event; each notch is a click of its own.
constexpr int kMaxNotches = 100;
constexpr std::size_t kMaxTextUnits = 10'000;

/// UTF-16 to code points; halves of surrogate pairs that stand alone are left out.
std::u32string CodePoints(const std::u16string& text) {
	std::u32string points;
	points.reserve(text.size());
	for (std::size_t index = 0; index < text.size(); index++) {
		const char32_t unit = text[index];
		if (unit < 0xd800 || unit > 0xdfff) {
			points.push_back(unit);
			continue;
		}
		const char32_t next = index + 1 < text.size() ? text[index + 1] : 0;
		if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) continue;
		points.push_back(0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00));
		index++;
	}
	return points;
}

bool BooleanValue(const Napi::Value& value, const char* name) {
	if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
	throw NativeError("invalid-argument", "\"" + std::string(name) + "\" must be true or false.");
}

}  // namespace

Napi::Function X11ScreenObject::Define(Napi::Env env) {
	return DefineClass(env, "X11Screen",
		{
			InstanceMethod("size", &X11ScreenObject::Size),
			InstanceMethod("pointer", &X11ScreenObject::Pointer),
			InstanceMethod("wheel", &X11ScreenObject::Wheel),
			InstanceMethod("key", &X11ScreenObject::Key),
			InstanceMethod("pressCharacter", &X11ScreenObject::PressCharacter),
			InstanceMethod("text", &X11ScreenObject::Text),
			InstanceMethod("releaseAll", &X11ScreenObject::ReleaseAll),
			InstanceMethod("snapshot", &X11ScreenObject::Snapshot),
			InstanceMethod("close", &X11ScreenObject::Close),
		});
}

X11ScreenObject::X11ScreenObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		const Napi::Object options = OptionsArgument(info);
		display_ = StringOption(options, "display");
		on_end_.emplace(FunctionOption(options, "onEnd"));
		waker_ = std::make_unique<JsWaker>(info.Env(), "porthole screen", [this](Napi::Env env) { Ended(env); });
		input_ = std::make_unique<X11Injector>(display_, [this](const std::string& code, const std::string& message) {
			{
				const std::lock_guard lock(end_mutex_);
				end_ = {code, message};
			}
			waker_->Wake();
		});
	});
	Opened();
}

void X11ScreenObject::CloseNative() {
	input_->Close();
	waker_->Close();
	on_end_.reset();
	last_size_ = input_->size();
	input_.reset();
}

template <typename Body>
void X11ScreenObject::IfOpen(const Napi::CallbackInfo& info, Body body) {
	if (open()) WithJsErrors(info.Env(), body);
}

Napi::Value X11ScreenObject::Size(const Napi::CallbackInfo& info) {
	const X11Connection::Size size = input_ ? input_->size() : last_size_;
	Napi::Object object = Napi::Object::New(info.Env());
	object.Set("width", size.width);
	object.Set("height", size.height);
	return object;
}

void X11ScreenObject::Pointer(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const double x = NumberValue(info[0], "x", -kFarthest, kFarthest);
		const double y = NumberValue(info[1], "y", -kFarthest, kFarthest);
		const int buttons = IntegerValue(info[2], "buttons", 0, kAllButtons);
		const X11Connection::Size size = input_->size();
		Push(PointerState{std::clamp(static_cast<int>(std::floor(x)), 0, std::max(0, size.width - 1)),
			std::clamp(static_cast<int>(std::floor(y)), 0, std::max(0, size.height - 1)), buttons});
	});
}

void X11ScreenObject::Wheel(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const int dx = IntegerValue(info[0], "dx", -kMaxNotches, kMaxNotches);
		const int dy = IntegerValue(info[1], "dy", -kMaxNotches, kMaxNotches);
		Push(WheelTurn{dx, dy});
	});
}

int X11ScreenObject::Position(const Napi::Value& evdev_code) const {
	return kEvdevOffset +
		IntegerValue(evdev_code, "evdevCode", input_->least_keycode() - kEvdevOffset,
			input_->most_keycode() - kEvdevOffset);
}

void X11ScreenObject::Key(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { Push(KeyChange{Position(info[0]), BooleanValue(info[1], "down")}); });
}

void X11ScreenObject::PressCharacter(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const int position = Position(info[0]);
		const std::u32string character =
			info[1].IsString() ? CodePoints(info[1].As<Napi::String>().Utf16Value()) : std::u32string();
		if (character.size() != 1) throw NativeError("invalid-argument", "\"character\" must be one character.");
		Push(CharacterPress{position, character[0], BooleanValue(info[2], "isShortcut")});
	});
}

void X11ScreenObject::Text(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		if (!info[0].IsString()) throw NativeError("invalid-argument", "\"text\" must be a string.");
		std::size_t units = 0;
		napi_get_value_string_utf16(info.Env(), info[0], nullptr, 0, &units);
		if (units > kMaxTextUnits) {
			throw NativeError("text-too-long",
				"A text of " + std::to_string(units) + " UTF-16 units cannot be typed at once; at most " +
					std::to_string(kMaxTextUnits) + " can.");
		}
		Push(TypedText{CodePoints(info[0].As<Napi::String>().Utf16Value())});
	});
}

void X11ScreenObject::ReleaseAll(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { Push(ReleaseEverything{}); });
}

Napi::Value X11ScreenObject::Snapshot(const Napi::CallbackInfo& info) {
	const ScreenSnapshot snapshot = WithJsErrors(info.Env(), [&] { return TakeScreenSnapshot(display_); });
	Napi::Object object = Napi::Object::New(info.Env());
	object.Set("width", snapshot.width);
	object.Set("height", snapshot.height);
	object.Set("data", Napi::Buffer<std::uint8_t>::Copy(info.Env(), snapshot.pixels.data(), snapshot.pixels.size()));
	return object;
}

void X11ScreenObject::Push(InputCommand command) {
	if (input_->Push(std::move(command))) return;
	throw NativeError("input-overloaded",
		"The X display \"" + display_ + "\" does not keep up with its input; what came last was not injected.");
}

void X11ScreenObject::Ended(Napi::Env env) {
	const Napi::HandleScope scope(env);
	NativeEnd end;
	{
		const std::lock_guard lock(end_mutex_);
		end = end_;
	}
	on_end_->Call(env, EndToJs(env, end));
}

}  // namespace porthole
