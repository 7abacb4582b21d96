//! Strategies: checked, put in force, and back.

use super::program::{Place, example};

#[test]
fn a_strategy_that_holds_together_is_told_in_one_line() {
    let ended = Place::new().run(&["check", &example("strategies/olist")]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    // Two occasions of which nobody hears, and the holidays of 2018, the year of its data.
    assert!(ended.out.contains("\n0 errors, 3 warnings in "), "{}", ended.out);
    assert!(ended.out.contains("warning[holidays-past]"), "{}", ended.out);
}

#[test]
fn what_is_wrong_is_drawn_with_its_place_and_ends_with_1() {
    let place = Place::new();
    copy(&example("strategies/olist"), &place, "strategy");
    let routing = std::fs::read_to_string(place.path("strategy/routing.yaml")).unwrap();
    place.write("strategy/routing.yaml", format!("{routing}\nruotes: []\n"));
    let ended = place.run(&["check", "strategy"]);
    assert_eq!(ended.code, Some(1), "{}", ended.out);
    assert!(
        ended.out.contains("error[unknown-key]") && ended.out.contains("^^^^^^"),
        "{}",
        ended.out
    );
    assert!(!ended.out.contains('\u{1b}'), "no colour in a pipe");
    let told = place.run(&["check", "strategy", "--json"]).json();
    assert_eq!(told["diagnostics"][0]["file"], "routing.yaml");
    place.run(&["apply", "strategy"]).failed_drawn();
    assert!(!place.data().exists(), "nothing was put in force");
}

#[test]
fn found_b6_a_link_is_said_to_be_one() {
    for name in ["team.csv", "routing.yaml", "calendars/sao-paulo.yaml"] {
        let place = Place::new();
        copy(&example("strategies/olist"), &place, "strategy");
        std::fs::rename(place.path(&format!("strategy/{name}")), place.path("elsewhere")).unwrap();
        let link = place.path(&format!("strategy/{name}"));
        std::os::unix::fs::symlink(place.path("elsewhere"), link).unwrap();
        let told = place.run(&["check", "strategy", "--json"]).json();
        assert_eq!((&told["errors"], &told["diagnostics"][0]["file"]), (&1.into(), &name.into()));
        assert_eq!(told["diagnostics"][0]["code"], "file-symlink", "{told}");
    }
}

/// The first verb of a folder may be cut short before its database is made. The next one begins again.
#[test]
fn found_h8_a_strategy_comes_into_force_where_a_first_start_was_cut_short() {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    for left in [&["baton.db"][..], &["baton.db", "keys.db", "master.key"], &["master.key"]] {
        let place = Place::new();
        std::fs::DirBuilder::new().mode(0o700).create(place.data()).unwrap();
        for name in left {
            let mut new = std::fs::OpenOptions::new();
            new.write(true).create_new(true).mode(0o600).open(place.data().join(name)).unwrap();
        }
        let applied = place.json(&["apply", &example("strategies/olist")]);
        assert_eq!(applied["mode"], "live", "{left:?}");
    }
}

#[test]
fn applying_twice_and_rolling_back_leads_to_the_first() {
    let place = Place::new();
    copy(&example("strategies/olist"), &place, "strategy");
    let first = place.json(&["apply", "strategy"]);
    let text = std::fs::read_to_string(place.path("strategy/strategy.yaml")).unwrap();
    place.write("strategy/strategy.yaml", text.replacen("seed: ", "seed: 1", 1));
    let second = place.json(&["apply", "strategy"]);
    assert_eq!(second["previous"], first["strategy"]);
    assert_ne!(second["strategy"], first["strategy"]);
    let back = place.json(&["rollback"]);
    assert_eq!((&back["strategy"], &back["previous"]), (&first["strategy"], &second["strategy"]));
    let named = place.json(&["rollback", &second["strategy"].as_str().unwrap()[..6]]);
    assert_eq!(named["strategy"], second["strategy"]);
    place.run(&["rollback", "ffffffffffff"]).failed(2, "unknown-id");
}

#[test]
fn a_mode_that_nothing_runs_is_refused_and_changes_nothing() {
    let place = Place::new();
    place
        .run(&["apply", &example("strategies/olist"), "--mode", "shadow"])
        .failed(3, "mode-unready");
    place
        .run(&["apply", &example("strategies/olist"), "--mode", "canary=0"])
        .failed(2, "mode-unknown");
    place.run(&["rollback"]).failed(3, "nothing-before");
}

#[test]
fn d1_a_contract_that_changes_under_its_version_is_refused() {
    let place = Place::new();
    copy(&example("strategies/acme"), &place, "strategy");
    let contract = "strategy/contracts/lead-web.yaml";
    let text = std::fs::read_to_string(place.path(contract)).unwrap();
    let first = place.json(&["apply", "strategy"]);
    let broken = text.replacen("required: true", "required: false", 1);
    assert_ne!(broken, text);
    place.write(contract, &broken);
    let refused = place.run(&["apply", "strategy"]);
    refused.failed(3, "contract-version-reused");
    assert!(refused.err.contains("┌─ contracts/lead-web.yaml:"), "{}", refused.err);
    // What was in force before what is in force counts too.
    let version = text.lines().find(|line| line.starts_with("version:")).unwrap();
    place.write(contract, broken.replacen(version, "version: 99.0.0", 1));
    let second = place.json(&["apply", "strategy"]);
    assert_eq!(second["previous"], first["strategy"]);
    place.write(contract, &broken);
    place.run(&["apply", "strategy"]).failed(3, "contract-version-reused");
    place.write(contract, format!("# The first again.\n{text}"));
    assert_eq!(place.json(&["apply", "strategy"])["previous"], second["strategy"]);
}

#[test]
fn y9_a_broken_folder_leaves_in_force_what_was_and_says_so() {
    let place = Place::new();
    copy(&example("strategies/olist"), &place, "strategy");
    let first = place.json(&["apply", "strategy"]);
    let routing = std::fs::read_to_string(place.path("strategy/routing.yaml")).unwrap();
    for broken in [format!("{routing}\nruotes: []\n"), "routes: [".to_owned(), String::new()] {
        place.write("strategy/routing.yaml", broken);
        place.run(&["apply", "strategy"]).failed(3, "strategy-wrong");
    }
    place.write("strategy/routing.yaml", format!("{routing}# As before.\n"));
    let again = place.json(&["apply", "strategy"]);
    assert_eq!(again["previous"], first["strategy"]);
}

#[test]
fn a_story_that_ends_otherwise_is_drawn_and_refused() {
    let place = Place::new();
    copy(&example("strategies/acme"), &place, "strategy");
    let sound = place.run(&["check", "strategy"]);
    assert_eq!(sound.code, Some(0), "{}", sound.out);
    assert!(sound.out.contains(" stories ("), "{}", sound.out);
    let first = place.json(&["apply", "strategy"]);

    let story = "strategy/tests/named-account.story";
    let text = std::fs::read_to_string(place.path(story)).unwrap();
    place.write(story, text.replace("owner: a.keller", "owner: j.brandt"));
    let found = place.run(&["check", "strategy"]);
    assert_eq!(found.code, Some(1), "{}", found.out);
    assert!(found.out.contains("┌─ tests/named-account.story:11:10"), "{}", found.out);
    let told = place.run(&["check", "strategy", "--json"]).json();
    assert_eq!(
        (&told["errors"], &told["diagnostics"][0]["code"]),
        (&1.into(), &"story-failed".into())
    );
    place.run(&["apply", "strategy"]).failed(3, "story-failed");

    place.write(story, &text);
    let again = place.json(&["apply", "strategy"]);
    assert_eq!(again["previous"], first["strategy"], "what was refused was never in force");
}

pub(crate) fn copy(from: &str, place: &Place, to: &str) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            copy(&path.display().to_string(), place, &format!("{to}/{name}"));
        } else {
            place.write(&format!("{to}/{name}"), std::fs::read(path).unwrap());
        }
    }
}

impl super::program::Ended {
    /// A folder with errors is drawn, and then told.
    #[track_caller]
    fn failed_drawn(&self) {
        self.failed(3, "strategy-wrong");
        assert!(self.err.contains("error[unknown-key]"), "{}", self.err);
    }
}
