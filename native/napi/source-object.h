#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "encode/rendition-set.h"
#include "napi/native-object.h"
#include "napi/options.h"
#include "napi/source-events.h"

namespace porthole {

/// `NativeSourceStats` of `server/native/addon.ts`.
Napi::Object StatsToJs(Napi::Env env, const SourceStats& stats);

/// What the JavaScript classes of all sources share. `Source` has RequestKeyframe, SetRate, stats, description, Close.
template <typename Derived, typename Source>
class SourceObject : public NativeObject<Derived> {
public:
	explicit SourceObject(const Napi::CallbackInfo& info) : NativeObject<Derived>(info) {}

	void CloseNative() {
		source_->Close();
		last_stats_ = source_->stats();
		events_->Close();
		source_.reset();
	}

protected:
	using Properties = std::vector<Napi::ClassPropertyDescriptor<Derived>>;

	/// The class under `name`, with what all sources have and `own`.
	static Napi::Function DefineSource(Napi::Env env, const char* name, Properties own) {
		own.push_back(Derived::InstanceAccessor("encoder", &Derived::Encoder, nullptr));
		own.push_back(Derived::InstanceMethod("requestKeyframe", &Derived::RequestKeyframe));
		own.push_back(Derived::InstanceMethod("setRate", &Derived::SetMainRate));
		own.push_back(Derived::InstanceMethod("setSmallRate", &Derived::SetSmallRate));
		own.push_back(Derived::InstanceMethod("stats", &Derived::Stats));
		own.push_back(Derived::InstanceMethod("close", &Derived::Close));
		return Derived::DefineClass(env, name, own);
	}

	/// Makes the events, then the source that writes to them. JavaScript errors are thrown from here.
	template <typename MakeSource>
	void Open(const Napi::CallbackInfo& info, MakeSource make_source) {
		WithJsErrors(info.Env(), [&] {
			const Napi::Object options = OptionsArgument(info);
			events_ = std::make_unique<SourceEvents>(info.Env(), options,
				[this](Rendition rendition) { source_->RequestKeyframe(rendition); });
			source_ = make_source(options, *events_);
			description_ = source_->description();
		});
		this->Opened();
	}

	/// Null once closed: calls that come late do nothing.
	Source* source() const { return source_.get(); }

	Napi::Value Encoder(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), description_); }

	void RequestKeyframe(const Napi::CallbackInfo& info) {
		const Rendition rendition = WithJsErrors(info.Env(), [&] { return RenditionValue(info[0]); });
		if (source_) source_->RequestKeyframe(rendition);
	}

	void SetMainRate(const Napi::CallbackInfo& info) { SetRate(info, Rendition::kMain); }
	void SetSmallRate(const Napi::CallbackInfo& info) { SetRate(info, Rendition::kSmall); }

	Napi::Value Stats(const Napi::CallbackInfo& info) {
		return StatsToJs(info.Env(), source_ ? source_->stats() : last_stats_);
	}

private:
	void SetRate(const Napi::CallbackInfo& info, Rendition rendition) {
		const auto rate = WithJsErrors(info.Env(), [&]() -> std::optional<Rate> {
			if (info[0].IsUndefined()) return std::nullopt;
			return RateOption(OptionsArgument(info));
		});
		if (source_) source_->SetRate(rendition, rate);
	}

	std::unique_ptr<SourceEvents> events_;
	std::unique_ptr<Source> source_;
	std::string description_;
	SourceStats last_stats_;
};

}  // namespace porthole
