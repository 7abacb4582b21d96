//! Figures for `/metrics`: counters since the start, and gauges of what is.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

macro_rules! figures {
    ($($field:ident $kind:literal $name:literal $says:literal;)*) => {
        /// Everything that is counted. Names of sources and people are in none of it.
        #[derive(Debug, Default)]
        pub struct Metrics {
            $(#[doc = $says] pub $field: Figure,)*
            /// How long commits of groups took.
            pub commits: Timing,
            /// How long requests took.
            pub requests: Timing,
        }

        impl Metrics {
            /// All figures as Prometheus reads them.
            pub fn render(&self) -> String {
                let mut text = String::new();
                $(figure(&mut text, $kind, $name, $says, self.$field.value());)*
                self.commits.render(&mut text, "baton_commit_seconds", "Commits of groups.");
                self.requests.render(&mut text, "baton_request_seconds", "Requests.");
                text
            }
        }
    };
}

figures! {
    accepted "counter" "baton_signals_accepted_total" "Signals accepted.";
    duplicates "counter" "baton_signals_duplicate_total" "Signals that came before.";
    quarantined "counter" "baton_signals_quarantined_total" "Items kept apart as they came in.";
    unreadable "counter" "baton_bodies_unreadable_total" "Bodies refused as a whole.";
    signatures_refused "counter" "baton_signatures_refused_total" "Webhooks whose signature did not hold.";
    unauthorised "counter" "baton_requests_unauthorised_total" "Requests without a key that fits.";
    overloaded "counter" "baton_requests_overloaded_total" "Requests answered with 429.";
    answers_2xx "counter" "baton_answers_2xx_total" "Answers that say done.";
    answers_4xx "counter" "baton_answers_4xx_total" "Answers that say the request is at fault.";
    answers_5xx "counter" "baton_answers_5xx_total" "Answers that say the outcome is unknown.";
    turns "counter" "baton_turns_total" "Signals taken through the stages.";
    held "counter" "baton_turns_held_total" "Signals that a contract held.";
    timers "counter" "baton_timers_fired_total" "Timers fired.";
    warned "counter" "baton_sla_warnings_total" "Targets of handoffs whose warning was reached.";
    breached "counter" "baton_sla_breaches_total" "Targets of handoffs that were missed, queues among them.";
    escalated "counter" "baton_escalations_total" "Steps of chains on silence, and queues that were late.";
    told "counter" "baton_occasions_told_total" "Messages queued because something occurred to a handoff.";
    attempts "counter" "baton_delivery_attempts_total" "Attempts to deliver.";
    delivered "counter" "baton_deliveries_delivered_total" "Attempts that were answered with done.";
    put_off "counter" "baton_deliveries_put_off_total" "Attempts that will be made again.";
    given_up "counter" "baton_deliveries_refused_total" "Attempts that were refused for good.";
    parked "counter" "baton_parked_total" "Signals, timers, deliveries and answers that the program failed on, each parked.";
    damaged "counter" "baton_sealed_damaged_total" "Items parked since what is sealed under their key is damaged.";
    commands_failed "counter" "baton_commands_failed_total" "Requests that the program failed on; nothing of them was kept.";
    groups_failed "counter" "baton_groups_failed_total" "Groups that could not be committed.";
    connections "gauge" "baton_connections" "Connections that are open.";
    body_bytes "gauge" "baton_body_bytes" "Bytes that bodies hold whose senders have shown a key.";
    body_bytes_peak "gauge" "baton_body_bytes_peak" "The most that they ever held.";
    stranger_bytes "gauge" "baton_stranger_body_bytes" "Bytes that bodies hold whose senders have shown no key yet.";
    stranger_bytes_peak "gauge" "baton_stranger_body_bytes_peak" "The most that they ever held.";
    queued "gauge" "baton_commands_queued" "Commands that wait for the keeper.";
    pending "gauge" "baton_signals_pending" "Signals that wait for a turn.";
    decided_a_second "gauge" "baton_signals_decided_a_second" "Signals that are decided a second while more wait, as measured.";
    open_deliveries "gauge" "baton_deliveries_open" "Deliveries that are not closed.";
    account_bytes "gauge" "baton_account_bytes" "Bytes that the accounts at hand take, about; `accounts_mib` bounds them.";
    queued_body_bytes "gauge" "baton_queued_body_bytes" "Bytes of bodies that were queued a moment ago; `queued_bodies_mib` bounds them.";
    command_bytes "gauge" "baton_command_bytes" "Bytes of requests that wait for the keeper; `requests_mib` bounds them.";
    waiters "gauge" "baton_requests_waiting" "Requests that wait for a decision.";
    entries_read "counter" "baton_journal_entries_read_total" "Entries of the journal that turns decoded: accounts that were not in memory, for the most part.";
    bytes_read "counter" "baton_journal_bytes_read_total" "Bytes of these entries.";
    findings "gauge" "baton_store_findings" "Findings about the data folder when it was opened; the log names them.";
    destroyed_again "counter" "baton_erased_keys_destroyed_again_total" "Keys of what was erased that were there again when the folder was opened.";
    ready "gauge" "baton_ready" "Whether recovery is done.";
}

/// One figure.
#[derive(Debug, Default)]
pub struct Figure(AtomicU64);

impl Figure {
    /// Adds to what was counted so far.
    pub fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// One less, for a gauge.
    pub fn less(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Sets a gauge.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// As it stands.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Upper bounds of a histogram, in microseconds.
const BOUNDS: [u64; 10] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000];

/// How long something took, as a histogram.
#[derive(Debug, Default)]
pub struct Timing {
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    sum: AtomicU64,
}

impl Timing {
    /// It took this long.
    pub fn took(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(at) = BOUNDS.iter().position(|bound| micros <= *bound) {
            self.buckets[at].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(micros, Ordering::Relaxed);
    }

    fn render(&self, text: &mut String, name: &str, says: &str) {
        head(text, "histogram", name, says);
        let mut below = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let bound = seconds(*bound);
            line(text, format_args!("{name}_bucket{{le=\"{bound}\"}} {below}"));
        }
        let count = self.count.load(Ordering::Relaxed);
        line(text, format_args!("{name}_bucket{{le=\"+Inf\"}} {count}"));
        line(text, format_args!("{name}_sum {}", seconds(self.sum.load(Ordering::Relaxed))));
        line(text, format_args!("{name}_count {count}"));
    }
}

fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

fn figure(text: &mut String, kind: &str, name: &str, says: &str, value: u64) {
    head(text, kind, name, says);
    line(text, format_args!("{name} {value}"));
}

fn head(text: &mut String, kind: &str, name: &str, says: &str) {
    line(text, format_args!("# HELP {name} {says}"));
    line(text, format_args!("# TYPE {name} {kind}"));
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes more text");
}
