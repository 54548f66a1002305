#include "capture/surface-source.h"

#include <algorithm>
#include <chrono>

#include "clock.h"
#include "native-error.h"

namespace porthole {

namespace {

/// The least that every encoder takes; a smaller surface is a placeholder.
constexpr int kSmallestSide = 16;
/// A surface may refuse a few reads while its owner changes it; more than that is no accident.
constexpr int kMaxFailedCopies = 10;
constexpr double kRetryMs = 20;

int EvenSide(std::size_t side) { return static_cast<int>(side & ~std::size_t{1}); }
int HalfSide(int side) { return side / 2 & ~1; }

}  // namespace

SurfaceSource::SurfaceSource(const Rate& rate, SourceSink& sink)
	: sink_(sink),
	  schedule_(rate, [this](Rendition rendition) { return Blocked(rendition); }),
	  encoders_{SurfaceEncoder(rate, AnswersOf(Rendition::kMain)), SurfaceEncoder(rate, AnswersOf(Rendition::kSmall))} {
	const auto rest = [this] {
		for (SurfaceEncoder& encoder : encoders_) encoder.Rest();
	};
	thread_ = GuardedThread(
		"capture thread", "capture-failed",
		[this, rest] {
			Run();
			rest();
		},
		[this, rest](const std::string& code, const std::string& message) {
			sink_.End(code, message);
			rest();
		});
}

SurfaceSource::~SurfaceSource() { Close(); }

CompressionSession::OnAnswer SurfaceSource::AnswersOf(Rendition rendition) {
	return [this, rendition](CompressionAnswer answer) {
		Tell([&] { arrivals_.answers.emplace_back(rendition, std::move(answer)); });
	};
}

void SurfaceSource::SetSurface(IOSurfaceRef surface) {
	Tell([&] {
		newest_ = CfRef<IOSurfaceRef>::Share(surface);
		arrivals_.surface = newest_;
	});
}

void SurfaceSource::Damaged() {
	Tell([this] { arrivals_.damaged = true; });
}

void SurfaceSource::RequestKeyframe(Rendition rendition) {
	requests_.RequestKeyframe(rendition);
	Tell([] {});
}

void SurfaceSource::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	requests_.SetRate(rendition, rate);
	Tell([] {});
}

void SurfaceSource::ExpectDamage() {
	requests_.ExpectChange();
	Tell([] {});
}

std::optional<SurfaceSnapshot> SurfaceSource::Snapshot() {
	CfRef<IOSurfaceRef> surface;
	{
		const std::lock_guard lock(mutex_);
		surface = newest_;
	}
	if (!surface) return std::nullopt;
	return TakeSnapshot(surface.get());
}

SourceStats SurfaceSource::stats() const {
	const std::lock_guard lock(mutex_);
	return stats_;
}

SurfaceCounters SurfaceSource::counters() const {
	const std::lock_guard lock(mutex_);
	return counters_;
}

void SurfaceSource::End(const std::string& code, const std::string& message) {
	Tell([&] { arrivals_.end = {code, message}; });
}

void SurfaceSource::Close() {
	Tell([this] { closing_ = true; });
	thread_.Join();
}

void SurfaceSource::Run() {
	std::unique_lock lock(mutex_);
	while (!closing_) {
		told_ = false;
		Arrivals arrivals = std::exchange(arrivals_, {});
		lock.unlock();
		if (arrivals.end) return sink_.End(arrivals.end->first, arrivals.end->second);
		now_ = MonotonicMs();
		Take(std::move(arrivals));
		LookAtSeed();
		const std::optional<double> due = schedule_.Due();
		if (due && *due <= now_) CodeNext();
		const std::optional<double> next = NextWork();
		lock.lock();
		if (told_ || closing_) continue;
		if (!next) {
			wake_.wait(lock);
		} else if (const double left = *next - MonotonicMs(); left > 0) {
			wake_.wait_for(lock, std::chrono::duration<double, std::milli>(left));
		}
	}
}

void SurfaceSource::Take(Arrivals arrivals) {
	TakeRequests();
	if (arrivals.surface) TakeSurface(std::move(*arrivals.surface));
	if (arrivals.damaged && surface_) {
		seed_.Told(IOSurfaceGetSeed(surface_.get()), now_);
		schedule_.ScreenChanged();
	}
	for (auto& [rendition, answer] : arrivals.answers) {
		std::optional<SurfaceEncoder::Outcome> outcome = EncoderOf(rendition).Take(std::move(answer), now_);
		if (outcome) Finish(rendition, std::move(*outcome));
	}
	for (const Rendition rendition : kRenditions) {
		std::optional<SurfaceEncoder::Outcome> outcome = EncoderOf(rendition).GiveUp(now_);
		if (outcome) Finish(rendition, std::move(*outcome));
	}
}

void SurfaceSource::TakeRequests() {
	const RenditionRequests::All requests = requests_.Take();
	const RenditionRequests::Request& main = requests.of[IndexOf(Rendition::kMain)];
	if (main.rate_changed) {
		if (schedule_.SetRate(Rendition::kMain, main.rate)) EncoderOf(Rendition::kMain).RequestKeyframe();
		if (main.rate) EncoderOf(Rendition::kMain).SetRate(*main.rate);
	}
	const RenditionRequests::Request& small = requests.of[IndexOf(Rendition::kSmall)];
	if (small.rate_changed) {
		small_rate_ = small.rate;
		SetSmallRate();
	}
	for (const Rendition rendition : kRenditions) {
		if (!requests.of[IndexOf(rendition)].keyframe || !schedule_.Has(rendition)) continue;
		EncoderOf(rendition).RequestKeyframe();
		schedule_.RepeatAt(rendition, now_);
	}
	if (!requests.change_expected) return;
	schedule_.ExpectChange();
	seed_.ExpectChange(now_);
}

void SurfaceSource::SetSmallRate() {
	SurfaceEncoder& encoder = EncoderOf(Rendition::kSmall);
	const bool has_room = std::min(encoder.width(), encoder.height()) >= kSmallestSide;
	const std::optional<Rate> rate = has_room ? small_rate_ : std::nullopt;
	if (!rate) {
		encoder.Rest();
		small_outdated_ = true;
	} else {
		encoder.SetRate(*rate);
	}
	schedule_.SetRate(Rendition::kSmall, rate);
}

void SurfaceSource::TakeSurface(CfRef<IOSurfaceRef> surface) {
	surface_ = std::move(surface);
	if (!surface_) return;
	const int width = EvenSide(IOSurfaceGetWidth(surface_.get()));
	const int height = EvenSide(IOSurfaceGetHeight(surface_.get()));
	if (std::min(width, height) < kSmallestSide) return surface_.Reset();
	seed_.Follow(IOSurfaceGetSeed(surface_.get()), now_);
	const SurfaceEncoder& main = EncoderOf(Rendition::kMain);
	if (width != main.width() || height != main.height()) Resize(width, height);
	schedule_.ScreenChanged();
}

void SurfaceSource::Resize(int width, int height) {
	EncoderOf(Rendition::kMain).Resize(width, height);
	EncoderOf(Rendition::kSmall).Resize(HalfSide(width), HalfSide(height));
	small_outdated_ = true;
	SetSmallRate();
	schedule_.ForgetFrame();
}

bool SurfaceSource::Blocked(Rendition rendition) const {
	return !surface_ || now_ < hold_until_ || now_ < encoders_[IndexOf(rendition)].busy_until() ||
		sink_.Blocked(rendition);
}

void SurfaceSource::LookAtSeed() {
	if (!surface_ || !schedule_.wanted() || now_ < seed_.NextLook()) return;
	if (seed_.Look(IOSurfaceGetSeed(surface_.get()), now_)) schedule_.ScreenChanged();
}

void SurfaceSource::CodeNext() {
	// Pixels that have not changed are those of this moment, so a repeated frame carries a new time too.
	const double capture_time = MonotonicMs();
	const RenditionSchedule::Taken taken = schedule_.Take(now_);
	SurfaceEncoder& encoder = EncoderOf(taken.rendition);
	const bool is_reader = taken.rendition == schedule_.reader();
	if ((taken.reads || (is_reader && encoder.frame() == nullptr)) && !Capture(encoder)) return;
	if (!is_reader && small_outdated_ && !ScaleDown()) return;
	encoder.Encode(schedule_.Stamp(capture_time), now_);
	// Without a session yet: again when one may be there.
	if (!encoder.encoding()) schedule_.RepeatAt(taken.rendition, encoder.busy_until());
}

bool SurfaceSource::Capture(SurfaceEncoder& encoder) {
	CfRef<CVPixelBufferRef> frame = encoder.NewFrame();
	SurfaceCopier::Copy copy;
	try {
		if (frame) copy = copier_.Take(surface_.get(), frame.get());
	} catch (const NativeError&) {
		if (++failed_copies_ > kMaxFailedCopies) throw;
		frame.Reset();
	}
	if (!frame) {
		Hold();
		return false;
	}
	failed_copies_ = 0;
	encoder.SetFrame(std::move(frame));
	seed_.Read(copy.seed);
	// Whatever was drawn to it since then is another frame.
	if (copy.torn) schedule_.ScreenChanged();
	small_outdated_ = &encoder == &EncoderOf(Rendition::kMain);
	const std::lock_guard lock(mutex_);
	stats_.captured++;
	stats_.capture_ms += MonotonicMs() - now_;
	counters_.retried += static_cast<std::uint64_t>(copy.copies - 1);
	if (copy.torn) counters_.torn++;
	return true;
}

bool SurfaceSource::ScaleDown() {
	const double started = MonotonicMs();
	SurfaceEncoder& encoder = EncoderOf(Rendition::kSmall);
	CfRef<CVPixelBufferRef> frame = encoder.NewFrame();
	if (!frame) {
		Hold();
		return false;
	}
	copier_.Scale(EncoderOf(Rendition::kMain).frame(), frame.get());
	encoder.SetFrame(std::move(frame));
	small_outdated_ = false;
	const std::lock_guard lock(mutex_);
	stats_.scale_ms += MonotonicMs() - started;
	return true;
}

/// The frame could not be made: again in a moment.
void SurfaceSource::Hold() {
	hold_until_ = now_ + kRetryMs;
	schedule_.ScreenChanged();
}

void SurfaceSource::Finish(Rendition rendition, SurfaceEncoder::Outcome outcome) {
	SurfaceEncoder& encoder = EncoderOf(rendition);
	const bool encoded = !outcome.encoded.data.empty();
	const bool keyframe = outcome.encoded.keyframe;
	bool delivered = false;
	if (encoded) {
		delivered = sink_.Deliver({std::move(outcome.encoded.data), outcome.capture_time, MonotonicMs(), keyframe,
			encoder.width(), encoder.height(), rendition, rendition == Rendition::kMain ? outcome.description : ""});
		// Only a keyframe can follow a gap; the sink asks for it once it has caught up.
		if (!delivered) encoder.RequestKeyframe();
	}
	schedule_.Coded(rendition, outcome.calm);
	if (outcome.again) schedule_.RepeatAt(rendition, now_);

	const std::lock_guard lock(mutex_);
	RenditionStats& stats = stats_.renditions[IndexOf(rendition)];
	stats.encode_ms += outcome.encode_ms;
	counters_.sessions = encoders_[0].sessions() + encoders_[1].sessions();
	counters_.untold = seed_.untold();
	if (!encoded) return;
	stats.encoded++;
	if (keyframe) stats.keyframes++;
	if (!delivered) stats.dropped++;
}

std::optional<double> SurfaceSource::NextWork() {
	std::optional<double> next = schedule_.Due();
	const auto consider = [&next](double time) { next = next ? std::min(*next, time) : time; };
	for (const SurfaceEncoder& encoder : encoders_) {
		if (const std::optional<double> deadline = encoder.deadline()) {
			consider(*deadline);
		} else if (encoder.busy_until() > now_) {
			consider(encoder.busy_until());
		}
	}
	if (now_ < hold_until_) consider(hold_until_);
	if (surface_ && schedule_.wanted()) consider(seed_.NextLook());
	return next;
}

}  // namespace porthole
