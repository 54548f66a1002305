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
	  paces_(rate, [this](Rendition rendition) { return Blocked(rendition); }),
	  coders_{SurfaceCoder(rate, AnswersOf(Rendition::kMain)), SurfaceCoder(rate, AnswersOf(Rendition::kSmall))} {
	thread_ = std::thread([this] { Run(); });
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
	orders_.RequestKeyframe(rendition);
	Tell([] {});
}

void SurfaceSource::SetRate(Rendition rendition, const std::optional<Rate>& rate) {
	orders_.SetRate(rendition, rate);
	Tell([] {});
}

void SurfaceSource::ExpectDamage() {
	orders_.ExpectChange();
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
	if (thread_.joinable()) thread_.join();
}

void SurfaceSource::Run() {
	try {
		RunUntilClosed();
	} catch (const NativeError& error) {
		sink_.End(error.code(), error.what());
	} catch (const std::exception& error) {
		sink_.End("capture-failed", std::string("The capture thread stopped: ") + error.what());
	}
	for (SurfaceCoder& coder : coders_) coder.Rest();
}

void SurfaceSource::RunUntilClosed() {
	std::unique_lock lock(mutex_);
	while (!closing_) {
		told_ = false;
		Arrivals arrivals = std::exchange(arrivals_, {});
		lock.unlock();
		if (arrivals.end) return sink_.End(arrivals.end->first, arrivals.end->second);
		now_ = SteadyClockMs();
		Take(std::move(arrivals));
		LookAtSeed();
		const std::optional<double> due = paces_.Due();
		if (due && *due <= now_) CodeNext();
		const std::optional<double> next = NextWork();
		lock.lock();
		if (told_ || closing_) continue;
		if (!next) {
			wake_.wait(lock);
		} else if (const double left = *next - SteadyClockMs(); left > 0) {
			wake_.wait_for(lock, std::chrono::duration<double, std::milli>(left));
		}
	}
}

void SurfaceSource::Take(Arrivals arrivals) {
	TakeOrders();
	if (arrivals.surface) TakeSurface(std::move(*arrivals.surface));
	if (arrivals.damaged && surface_) {
		seed_.Told(IOSurfaceGetSeed(surface_.get()), now_);
		paces_.ScreenChanged();
	}
	for (auto& [rendition, answer] : arrivals.answers) {
		std::optional<SurfaceCoder::Outcome> outcome = CoderOf(rendition).Take(std::move(answer), now_);
		if (outcome) Finish(rendition, std::move(*outcome));
	}
	for (const Rendition rendition : kRenditions) {
		std::optional<SurfaceCoder::Outcome> outcome = CoderOf(rendition).GiveUp(now_);
		if (outcome) Finish(rendition, std::move(*outcome));
	}
}

void SurfaceSource::TakeOrders() {
	const RenditionOrders::All orders = orders_.Take();
	const RenditionOrders::Order& main = orders.of[IndexOf(Rendition::kMain)];
	if (main.rate_changed) {
		if (paces_.SetRate(Rendition::kMain, main.rate)) CoderOf(Rendition::kMain).RequestKeyframe();
		if (main.rate) CoderOf(Rendition::kMain).SetRate(*main.rate);
	}
	const RenditionOrders::Order& small = orders.of[IndexOf(Rendition::kSmall)];
	if (small.rate_changed) {
		small_rate_ = small.rate;
		SetSmallRate();
	}
	for (const Rendition rendition : kRenditions) {
		if (!orders.of[IndexOf(rendition)].keyframe || !paces_.Has(rendition)) continue;
		CoderOf(rendition).RequestKeyframe();
		paces_.RepeatAt(rendition, now_);
	}
	if (!orders.change_expected) return;
	paces_.ExpectChange();
	seed_.ExpectChange(now_);
}

void SurfaceSource::SetSmallRate() {
	SurfaceCoder& coder = CoderOf(Rendition::kSmall);
	const bool has_room = std::min(coder.width(), coder.height()) >= kSmallestSide;
	const std::optional<Rate> rate = has_room ? small_rate_ : std::nullopt;
	if (!rate) {
		coder.Rest();
		small_outdated_ = true;
	} else {
		coder.SetRate(*rate);
	}
	paces_.SetRate(Rendition::kSmall, rate);
}

void SurfaceSource::TakeSurface(CfRef<IOSurfaceRef> surface) {
	surface_ = std::move(surface);
	if (!surface_) return;
	const int width = EvenSide(IOSurfaceGetWidth(surface_.get()));
	const int height = EvenSide(IOSurfaceGetHeight(surface_.get()));
	if (std::min(width, height) < kSmallestSide) return surface_.Reset();
	seed_.Follow(IOSurfaceGetSeed(surface_.get()), now_);
	const SurfaceCoder& main = CoderOf(Rendition::kMain);
	if (width != main.width() || height != main.height()) Resize(width, height);
	paces_.ScreenChanged();
}

void SurfaceSource::Resize(int width, int height) {
	CoderOf(Rendition::kMain).Resize(width, height);
	CoderOf(Rendition::kSmall).Resize(HalfSide(width), HalfSide(height));
	small_outdated_ = true;
	SetSmallRate();
	paces_.ForgetPicture();
}

bool SurfaceSource::Blocked(Rendition rendition) const {
	return !surface_ || now_ < hold_until_ || now_ < coders_[IndexOf(rendition)].busy_until() || sink_.Blocked(rendition);
}

void SurfaceSource::LookAtSeed() {
	if (!surface_ || !paces_.wanted() || now_ < seed_.NextLook()) return;
	if (seed_.Look(IOSurfaceGetSeed(surface_.get()), now_)) paces_.ScreenChanged();
}

void SurfaceSource::CodeNext() {
	// Pixels that have not changed are those of this moment, so a repeated picture carries a new time too.
	const double capture_time = WallClockMs();
	const RenditionPaces::Taken taken = paces_.Take(now_);
	SurfaceCoder& coder = CoderOf(taken.rendition);
	const bool is_reader = taken.rendition == paces_.reader();
	if ((taken.reads || (is_reader && coder.picture() == nullptr)) && !Capture(coder)) return;
	if (!is_reader && small_outdated_ && !ScaleDown()) return;
	coder.Code(paces_.Stamp(capture_time), now_);
	// Without a session yet: again when one may be there.
	if (!coder.coding()) paces_.RepeatAt(taken.rendition, coder.busy_until());
}

bool SurfaceSource::Capture(SurfaceCoder& coder) {
	CfRef<CVPixelBufferRef> picture = coder.NewPicture();
	SurfaceCopier::Copy copy;
	try {
		if (picture) copy = copier_.Take(surface_.get(), picture.get());
	} catch (const NativeError&) {
		if (++failed_copies_ > kMaxFailedCopies) throw;
		picture.Reset();
	}
	if (!picture) {
		Hold();
		return false;
	}
	failed_copies_ = 0;
	coder.SetPicture(std::move(picture));
	seed_.Read(copy.seed);
	// Whatever was drawn to it since then is another picture.
	if (copy.torn) paces_.ScreenChanged();
	small_outdated_ = &coder == &CoderOf(Rendition::kMain);
	const std::lock_guard lock(mutex_);
	stats_.captured++;
	stats_.capture_ms += SteadyClockMs() - now_;
	counters_.retried += static_cast<std::uint64_t>(copy.copies - 1);
	if (copy.torn) counters_.torn++;
	return true;
}

bool SurfaceSource::ScaleDown() {
	const double started = SteadyClockMs();
	SurfaceCoder& coder = CoderOf(Rendition::kSmall);
	CfRef<CVPixelBufferRef> picture = coder.NewPicture();
	if (!picture) {
		Hold();
		return false;
	}
	copier_.Scale(CoderOf(Rendition::kMain).picture(), picture.get());
	coder.SetPicture(std::move(picture));
	small_outdated_ = false;
	const std::lock_guard lock(mutex_);
	stats_.scale_ms += SteadyClockMs() - started;
	return true;
}

/// The picture could not be made: again in a moment.
void SurfaceSource::Hold() {
	hold_until_ = now_ + kRetryMs;
	paces_.ScreenChanged();
}

void SurfaceSource::Finish(Rendition rendition, SurfaceCoder::Outcome outcome) {
	SurfaceCoder& coder = CoderOf(rendition);
	const bool coded = !outcome.coded.data.empty();
	const bool keyframe = outcome.coded.keyframe;
	bool delivered = false;
	if (coded) {
		delivered = sink_.Deliver({std::move(outcome.coded.data), outcome.capture_time, WallClockMs(), keyframe,
			coder.width(), coder.height(), rendition, rendition == Rendition::kMain ? outcome.description : ""});
		// Only a keyframe can follow a gap; the sink asks for it once it has caught up.
		if (!delivered) coder.RequestKeyframe();
	}
	paces_.Coded(rendition, outcome.calm);
	if (outcome.again) paces_.RepeatAt(rendition, now_);

	const std::lock_guard lock(mutex_);
	RenditionStats& stats = stats_.renditions[IndexOf(rendition)];
	stats.encode_ms += outcome.encode_ms;
	counters_.sessions = coders_[0].sessions() + coders_[1].sessions();
	counters_.untold = seed_.untold();
	if (!coded) return;
	stats.encoded++;
	if (keyframe) stats.keyframes++;
	if (!delivered) stats.dropped++;
}

std::optional<double> SurfaceSource::NextWork() {
	std::optional<double> next = paces_.Due();
	const auto consider = [&next](double time) { next = next ? std::min(*next, time) : time; };
	for (const SurfaceCoder& coder : coders_) {
		if (const std::optional<double> deadline = coder.deadline()) {
			consider(*deadline);
		} else if (coder.busy_until() > now_) {
			consider(coder.busy_until());
		}
	}
	if (now_ < hold_until_) consider(hold_until_);
	if (surface_ && paces_.wanted()) consider(seed_.NextLook());
	return next;
}

}  // namespace porthole
