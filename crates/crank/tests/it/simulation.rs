//! Everything at once, at random: signals, deeds, time, answers, erasures, merges that are taken
//! back, strategies that change, groups that fail and cranks that start anew. After every step the
//! invariants hold. The same steps give the same facts.

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::world::{Step, World, steps};

/// The seed is that of `PROPTEST_RNG_SEED`, else a new one. It is printed, so that what was found is
/// found again.
#[expect(clippy::print_stderr, reason = "a seed that nobody knows finds nothing again")]
pub(crate) fn simulated(cases: u32) -> ProptestConfig {
    let config = ProptestConfig {
        max_shrink_iters: 4_000,
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    };
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => TestRunner::new(config.clone()).rng().next_u64(),
    };
    eprintln!("PROPTEST_RNG_SEED={seed}");
    ProptestConfig { rng_seed: RngSeed::Fixed(seed), ..config }
}

proptest! {
    #![proptest_config(simulated(96))]

    #[test]
    fn whatever_happens_the_invariants_hold(steps in steps(60)) {
        let mut world = World::open();
        for step in &steps {
            world.take(step);
            world.check();
        }
        world.check_that_recovering_twice_equals_once();
        world.settle();
    }

    #[test]
    fn the_same_steps_give_the_same_facts(steps in steps(40)) {
        let play = || {
            let mut world = World::open();
            for step in &steps {
                world.take(step);
            }
            world.journal()
        };
        prop_assert_eq!(play(), play());
    }

    #[test]
    fn a_group_that_failed_never_was(steps in steps(40), at in 0usize..40, group in steps(6)) {
        // While the clock is behind the journal, asking alone moves the journal's time.
        let is_kept = |step: &Step| !matches!(step, Step::Clock { .. });
        let steps: Vec<Step> = steps.into_iter().filter(is_kept).collect();
        let plain = {
            let mut world = World::open();
            for step in &steps {
                world.take(step);
            }
            world.journal()
        };
        let mut world = World::open();
        for (number, step) in steps.iter().enumerate() {
            if number == at {
                let before = world.journal();
                world.fail_a_group(&group);
                prop_assert_eq!(world.journal(), before);
                world.check();
            }
            world.take(step);
        }
        prop_assert_eq!(world.journal(), plain);
    }

    #[test]
    fn a_journal_that_is_cut_is_what_was_known_then(steps in steps(40), cut in 1usize..40) {
        // An erasure reaches back, and while the clock stands still two steps have one moment.
        let is_kept = |step: &Step| {
            !matches!(step, Step::Erase { .. } | Step::Vanish | Step::Clock { .. })
        };
        let steps: Vec<Step> = steps.into_iter().filter(is_kept).collect();
        let mut whole = World::open();
        let mut short = World::open();
        for (number, step) in steps.iter().enumerate() {
            whole.take(step);
            if number < cut {
                short.take(step);
            }
        }
        for account in short.accounts() {
            let then = crank::account_as_of(whole.crank().store(), account, Some(short.now()));
            let was = crank::account_as_of(short.crank().store(), account, None);
            prop_assert_eq!(then.expect("memory"), was.expect("memory"));
        }
    }
}
