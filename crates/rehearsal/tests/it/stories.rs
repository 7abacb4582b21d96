//! Stories: those that ship end as they say, and one that does not is told at its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rehearsal::story::{StoryReport, tell};
use rules::{Files, compile};

/// The strategy that ships, with other stories.
fn acme(stories: &[(&str, &str)]) -> StoryReport {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies/acme");
    let mut files = BTreeMap::new();
    gather(&root, &root, &mut files);
    if !stories.is_empty() {
        files.retain(|path, _| !path.starts_with("tests/"));
    }
    for (name, text) in stories {
        files.insert(format!("tests/{name}.story"), text.as_bytes().to_vec());
    }
    let files = Files(files);
    let strategy = compile(&files).strategy.expect("the example compiles");
    tell(&files, strategy).expect("memory")
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let entries = std::fs::read_dir(folder).expect("the example is there");
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    for path in paths {
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below it").to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).expect("readable"));
        }
    }
}

/// `code line:column` of what is told of one story.
#[track_caller]
fn check(story: &str, expected: &[&str]) -> String {
    let told = acme(&[("one", story)]);
    let places = told.diagnostics.list().iter().map(|diagnostic| {
        let place = told.sources.place(diagnostic.span);
        format!("{} {}:{}", diagnostic.code, place.line, place.column)
    });
    let places: Vec<String> = places.collect();
    let drawn: String =
        told.diagnostics.list().iter().map(|one| notation::draw(&told.sources, one)).collect();
    assert_eq!(places, expected, "{drawn}");
    drawn
}

const SOUND: &str = "\
story: a plant manager asks
who: { email: kim@stadtwerk.example, account.industry: energy, account.country: DE }
did:
  - { at: 2026-11-25T11:00:00+01:00, signal: form.quote }
then:
  decision: hand off
  route: Energy DACH
  because: [route-matched]
";

#[test]
fn the_stories_that_ship_end_as_they_say() {
    let told = acme(&[]);
    let drawn: String =
        told.diagnostics.list().iter().map(|one| notation::draw(&told.sources, one)).collect();
    assert_eq!(drawn, "");
    assert!(told.stories >= 4, "{}", told.stories);
}

#[test]
fn what_ends_otherwise_is_told_at_the_line_that_expects_it() {
    check(SOUND, &[]);
    let drawn = check(&SOUND.replace("Energy DACH", "Energy EMEA"), &["story-failed 7:10"]);
    assert!(drawn.contains("`Energy EMEA` is expected"), "{drawn}");
    assert!(drawn.contains("by the route `Energy DACH`"), "{drawn}");
    check(&SOUND.replace("hand off", "nurture"), &["story-failed 6:13"]);
    check(&SOUND.replace("[route-matched]", "[explored]"), &["story-failed 8:13"]);
    check(&format!("{SOUND}  owner: unassigned\n"), &["story-failed 9:10"]);
    check(&format!("{SOUND}  not: {{ a.keller: on-leave }}\n"), &["story-failed 9:20"]);
}

#[test]
fn a_story_runs_on_while_nobody_does_anything() {
    // The offer passes on at its accept target, one hour of open time.
    let before = format!("{SOUND}  at: 2026-11-25T11:30:00+01:00\n  state: offered\n");
    check(&before, &[]);
    check(&format!("{before}  owner: p.roth\n"), &[]);
    let later = SOUND.replace("because: [route-matched]", "not: { p.roth: had-it }");
    check(&format!("{later}  at: 2026-11-25T12:15:00+01:00\n"), &[]);
}

#[test]
fn a_story_that_cannot_be_read_is_told_with_the_nearest_name() {
    let drawn = check(&SOUND.replace("Energy DACH", "Energy DAHC"), &["story-name 7:10"]);
    assert!(drawn.contains("did you mean `Energy DACH`?"), "{drawn}");
    check(&SOUND.replace("route:", "rout:"), &["unknown-key 7:3"]);
    check(&SOUND.replace("email:", "emial:"), &["missing-key 2:6", "unknown-key 2:8"]);
    check(&SOUND.replace("+01:00", ""), &["date-unreadable 4:11"]);
    check(&SOUND.replace("hand off", "handoff"), &["story-name 6:13"]);
    check(&SOUND.replace("[route-matched]", "[route-mached]"), &["story-name 8:13"]);
    check("", &["yaml-type 1:1"]);
    check("story: [", &["yaml-syntax 1:9"]);
    let backwards =
        SOUND.replace("then:", "  - { at: 2026-11-24T11:00:00+01:00, signal: page.viewed }\nthen:");
    check(&backwards, &["dates-crossed 5:5"]);
}

#[test]
fn no_bytes_in_a_story_panic() {
    let mut state = 2026u64;
    println!("seed {state}");
    let mut below = |end: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end
    };
    let damaged: Vec<(String, String)> = (0..300)
        .map(|at| {
            let mut bytes = SOUND.as_bytes().to_vec();
            for _ in 0..=below(3) {
                let at = below(bytes.len());
                match below(3) {
                    0 => drop(bytes.remove(at)),
                    1 => bytes.insert(at, b"\n:'{[0-#"[below(8)]),
                    _ => bytes[at] = below(256) as u8,
                }
            }
            (at.to_string(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect();
    let stories: Vec<(&str, &str)> =
        damaged.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let told = acme(&stories);
    for one in told.diagnostics.list() {
        notation::draw(&told.sources, one);
    }
    assert!(told.diagnostics.errors() > 0);
}
