//! Compiled strategies are bounded in bytes.

use rules::Files;

use super::*;

const SCORING: &str = "engagement:\n  cap: 40\n  half_life: 14d\n  points:\n    - { signal: form.submitted, points: 15, name: Forms }\n";
const READINESS: &str = "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.submitted\", \"1d\")' }\noutputs: [decision, kind, sla]\nrows:\n  - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n";
const ROUTING: &str = "routes:\n  - { route: catch-all, to: { queue: unassigned } }\nqueues:\n  unassigned: { owner: ann, within: 2h, alarm: true }\n";
const SLA: &str = "hot:\n  calendar: owner\n  accept: { within: 1h, warn: 45m }\n";
const TEAM: &str = "id,name,email,manager,region,languages,weight,calendar,joined,left\nann,Ann,ann@office.example,,dach,de,1,berlin,2020-01-01,\n";
const BERLIN: &str = "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-18:00\"] }\n";

fn strategy(seed: u32) -> Arc<Strategy> {
    let head = format!("strategy: office\nseed: {seed}\nautonomy: {{ assign: automatic }}\n");
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let files = Files(
        [
            named("strategy.yaml", &head),
            named("scoring.yaml", SCORING),
            named("readiness.yaml", READINESS),
            named("routing.yaml", ROUTING),
            named("sla.yaml", SLA),
            named("team.csv", TEAM),
            named("calendars/berlin.yaml", BERLIN),
        ]
        .into(),
    );
    let compiled = rules::compile(&files);
    let told = compiled.diagnostics.list().to_vec();
    Arc::new(compiled.strategy.unwrap_or_else(|| panic!("{told:#?}")))
}

/// Keeps a strategy whose files are two mebibytes.
fn keep(cache: &mut StrategyCache, strategy: &Arc<Strategy>) {
    cache.uses += 1;
    cache.keep(strategy, 2 << 20);
}

#[test]
fn found_h2_strategies_that_are_asked_for_stay_within_a_bound() {
    let mut cache = StrategyCache::default();
    let known: Vec<_> = (0..40).map(strategy).collect();
    for one in &known {
        keep(&mut cache, one);
        let bytes: usize = cache.compiled.values().map(|known| known.bytes).sum();
        assert!(bytes <= BYTES_MAX, "{bytes}");
    }
    assert_eq!(cache.compiled.len(), 4, "what has room stays");
}

#[test]
fn found_h2_the_strategy_that_was_used_longest_ago_leaves_first() {
    let mut cache = StrategyCache::default();
    let known: Vec<_> = (0..5).map(strategy).collect();
    for one in &known[..4] {
        keep(&mut cache, one);
    }
    let store = store::memory::MemoryStore::default();
    cache.version(&store, known[0].version).expect("memory").expect("it is kept");
    keep(&mut cache, &known[4]);
    let is_kept = |at: usize| cache.compiled.contains_key(&known[at].version);
    assert_eq!([0, 1, 2, 3, 4].map(is_kept), [true, false, true, true, true]);
}

#[test]
fn found_h2_a_strategy_larger_than_the_bound_is_kept_alone() {
    let mut cache = StrategyCache::default();
    let (small, large) = (strategy(1), strategy(2));
    cache.put_in_force(Arc::clone(&small), "live");
    cache.uses += 1;
    cache.keep(&large, BYTES_MAX);
    assert_eq!(cache.compiled.keys().collect::<Vec<_>>(), [&large.version]);
    assert_eq!(cache.in_force().map(|known| known.version), Some(small.version), "it stays");
}
