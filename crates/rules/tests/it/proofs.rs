//! Conditions, routes and pools are proven: what can never hold, what always does, what nobody comes to.

use crate::folder::{Folder, folder};
use crate::random::{Domain, Random, Tree};

/// What is told of a folder: codes, places, and the drawing of each.
fn told(folder: Folder) -> Vec<(&'static str, u32, String)> {
    let compiled = folder.compile();
    let told = compiled.diagnostics.list().iter();
    told.map(|d| {
        let drawn = notation::draw(&compiled.sources, d).replace("\n  2", " 2");
        (d.code, compiled.sources.place(d.span).line, drawn)
    })
    .collect()
}

#[track_caller]
fn check(condition: &str, code: &str, says: &str) {
    let told = told(folder().when(condition));
    let [(found, _, drawn)] = &told[..] else { panic!("{condition}: {told:#?}") };
    assert_eq!((*found, drawn.contains(says)), (code, true), "{condition}\n{says}\n{drawn}");
}

#[test]
fn found_b4_conditions_that_never_hold_are_told() {
    for (condition, says) in [
        (r#"account.x == "a" && account.x == "b""#, r#"never holds where `account.x == "a"`"#),
        (r#"account.x == "a" && account.x != "a""#, r#"never holds where `account.x == "a"`"#),
        ("account.n > 10 && account.n < 5", "never holds where `account.n > 10`"),
        ("account.n > 10 && person.p && account.n <= 10", "never holds where `account.n > 10`"),
        ("account.x in []", "this never holds"),
        (
            r#"account.country in dach && account.country == "US""#,
            "where `account.country in dach`",
        ),
        (r#"account.country in dach && account.country in ["US", "CA"]"#, "never holds where"),
        (r#"person.p && (account.x in ["a", "b"] && account.x == "c")"#, "never holds where"),
        ("person.p && !person.p", "never holds where `person.p`"),
        ("person.p == true && person.p == false", "never holds where `person.p == true`"),
        ("!has(account.x) && account.x == \"a\"", "never holds where `!has(account.x)`"),
        (r#"count("page.viewed", "7d") < 0"#, "this never holds"),
        (r#"count("page.viewed", "7d") > 1 && count("page.viewed", "7d") < 2"#, "never holds"),
        (r#"!seen("a", "1d") && seen("a", "1d")"#, "never holds where"),
        (r#"account.x.startsWith("/a") && account.x.startsWith("/b")"#, "never holds where"),
        (r#"account.x == "/b" && account.x.startsWith("/a")"#, "never holds where"),
        (r#"account.x.lowerAscii() == "DE""#, "this never holds"),
        ("account.n < account.m && account.m < account.n", "never holds where"),
        (r#"account.d < "2026-01-01" && account.d > "2026-06-01""#, "never holds where"),
        (r#"account.v > money("5", "EUR") && account.v < money("3", "EUR")"#, "never holds where"),
        ("orElse(account.n, 0) > 3 && !has(account.n)", "never holds where"),
        (
            "(account.n > 3 ? account.x == \"a\" : person.p) && account.n > 4 && account.x == \"b\"",
            "never",
        ),
    ] {
        check(condition, "condition-never", says);
    }
}

#[test]
fn found_b4_conditions_that_always_hold_are_told() {
    for (condition, says) in [
        (r#"account.x != "a" || account.x != "b""#, r#"always holds where `account.x != "a"`"#),
        ("account.n > 3 || account.n < 10", "always holds where `account.n > 3` does not"),
        ("account.n > 3 || account.n <= 3", "always holds where"),
        ("account.x == \"b\" && (person.p || !person.p)", "always holds where `person.p` does not"),
        ("has(account.x) || !has(account.x)", "always holds where"),
        (r#"count("page.viewed", "7d") >= 0"#, "this always holds"),
        (r#"!(account.country in dach && account.country == "US")"#, "this never holds where"),
        (r"!(account.x in [])", "this never holds"),
        ("orElse(account.n, 5) == 5 || has(account.n)", "always holds where"),
    ] {
        let never = says.contains("never");
        check(condition, if never { "condition-never" } else { "condition-always" }, says);
    }
}

#[test]
fn found_b4_what_can_hold_and_fail_is_left_alone() {
    for condition in [
        "true",
        "has(account.n) && account.n >= 500",
        "orElse(account.n, 0) >= 500",
        "account.n >= 200 && account.n < 5000 && account.country in dach",
        "account.n > 10 && account.n < 11",
        r#"account.x.startsWith("/a") && account.x.endsWith("b") && account.x != "/ab""#,
        r#"account.x.matches("(?i)intern") && !account.x.matches("student")"#,
        r#"account.v > money("5", "EUR") || account.v < money("3", "USD")"#,
        r#"count("page.viewed", "7d", signal.path.startsWith("/pricing")) > 2"#,
        "account.n < account.m && account.m < account.k",
        r#""legal-hold" in account.tags && !("vip" in account.tags)"#,
        r#"now - account.since > "30d""#,
        r#"account.d > "2026-01-01" && account.d <= "2026-01-02""#,
        "account.n != 3 && account.n != 4",
    ] {
        assert_eq!(told(folder().when(condition)), [], "{condition}");
    }
}

#[test]
fn found_b4_the_culprit_is_the_smallest_part_and_shows_a_case() {
    let told = told(folder().when(r#"person.p || account.x == "a" && account.x == "b""#));
    let [(code, line, drawn)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((*code, *line), ("condition-never", 2));
    let places = drawn.contains("routing.yaml:2:60") && drawn.contains(&"^".repeat(16));
    assert!(places && !drawn.contains(&"^".repeat(17)), "{drawn}");
    assert!(
        drawn.contains("example: a lead with account.x \"a\" meets the first alone"),
        "{drawn}"
    );
}

/// Routes that are written one a line, and the lines of those to which no lead comes.
#[track_caller]
fn routes(lines: &[&str], unreached: &[(usize, &str)]) {
    let pools = "pools:\n  kept: { members: 'member.region == \"dach\"', all_away: hold }\n  \
                 let: { members: 'member.region == \"dach\"', all_away: next route }\n";
    let routing = format!(
        "routes:\n{}\n  - {{ route: all, to: {{ queue: unassigned }} }}\nqueues:\n  \
         unassigned: {{ owner: a.keller, within: 2h }}\n{pools}",
        lines.iter().map(|line| format!("  - {{ {line} }}")).collect::<Vec<_>>().join("\n")
    );
    let told = told(folder().with("routing.yaml", routing));
    let found: Vec<(usize, bool)> = told
        .iter()
        .zip(unreached.iter().map(|(_, says)| *says).chain(std::iter::repeat("")))
        .map(|((code, line, drawn), says)| {
            assert_eq!(*code, "route-unreachable", "{drawn}");
            (*line as usize - 2, drawn.contains(says))
        })
        .collect();
    let wanted: Vec<(usize, bool)> = unreached.iter().map(|(at, _)| (*at, true)).collect();
    assert_eq!(found, wanted, "{told:#?}");
}

#[test]
fn found_b4_a_route_that_earlier_ones_cover_is_told_with_them() {
    routes(
        &[
            r"route: one, when: 'account.country in dach', to: { hold: x }",
            r#"route: two, when: 'account.country == "DE" && person.p', to: { person: account.owner }"#,
        ],
        &[(1, "`one` before it takes all of them")],
    );
    routes(
        &[
            "route: big, when: 'account.n >= 10', to: { queue: unassigned }",
            "route: small, when: 'account.n < 20', to: { hold: x }",
            "route: mid, when: 'account.n > 12 && account.n < 15', to: { pool: kept }",
            "route: any, when: 'account.n != 7', to: { pool: kept }",
        ],
        &[(2, "`big` before it takes all of them"), (3, "`big` and `small` before it take all")],
    );
    routes(
        &[
            "route: waits, when: 'account.n > 10', to: { pool: kept }",
            "route: never, when: 'account.n > 20', to: { pool: let }",
        ],
        &[(1, "a lead with account.n 21 is taken by `waits`")],
    );
}

#[test]
fn found_b4_a_route_that_some_lead_comes_to_is_left_alone() {
    routes(
        &[
            "route: one, when: 'account.n > 10', to: { pool: let }",
            "route: two, when: 'account.n > 20', to: { pool: kept }",
            "route: mine, when: 'account.n > 20', to: { person: account.owner }",
            "route: unknown, when: '!has(account.n)', to: { hold: x }",
        ],
        &[(2, "`two` has the same condition")],
    );
    routes(
        &[
            "route: is, when: 'person.p', to: { hold: x }",
            "route: is not, when: '!person.p', to: { hold: z }",
            "route: all others, when: '!has(person.p)', to: { pool: let }",
        ],
        &[],
    );
}

fn pools(text: &str) -> Vec<(&'static str, u32, String)> {
    let routing = format!(
        "routes:\n  - {{ route: all, to: {{ queue: unassigned }} }}\nqueues:\n  \
         unassigned: {{ owner: a.keller, within: 2h }}\npools:\n{text}"
    );
    told(folder().with("routing.yaml", routing))
}

#[test]
fn found_b4_circles_over_both_policies_are_told() {
    let of = |name: &str, rest: &str| format!("  {name}: {{ members: 'true', {rest} }}\n");
    let both = of("a", "all_away: pool b") + &of("b", "caps: { day: 1 }, all_capped: pool a");
    let found = pools(&both);
    let [(code, _, drawn)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(*code, "pool-circle");
    assert!(drawn.contains("`all_away` of `a` and `all_capped` of `b` lead back"), "{drawn}");

    let three = of("a", "caps: { day: 1 }, all_capped: pool b")
        + &of("b", "all_away: pool c")
        + &of("c", "caps: { open: 1 }, all_capped: pool a");
    assert_eq!(pools(&three).len(), 1);
    let one_way = of("a", "all_away: pool b, all_capped: pool b") + &of("b", "all_away: hold");
    assert_eq!(pools(&one_way), []);
    // Without caps it never comes to that.
    let idle = of("a", "all_away: pool b") + &of("b", "all_capped: pool a");
    assert_eq!(pools(&idle), []);
    let same = of("a", "all_away: pool b") + &of("b", "all_away: pool a");
    assert_eq!(pools(&same).len(), 1);
}

#[test]
fn found_b4_a_queue_that_nobody_works_is_told() {
    let team = "id,name,region,skill.energy,calendar,left\na.keller,Anna,dach,3,berlin,2027-01-01\n\
         b.lang,Ben,dach,3,berlin,\n";
    let asks = "routes:\n  - { route: p, when: 'account.x == \"a\"', to: { pool: p } }\n  \
                - { route: all, to: { queue: unassigned } }\nqueues:\n  \
                unassigned: { owner: a.keller, within: 2h }\npools:\n  p: { members: \
                'member.region == \"dach\" && member.skill(\"energy\") > 1' }\n";
    let found = told(folder().with("team.csv", team).with("routing.yaml", asks));
    let [(code, _, drawn)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(*code, "queue-unworked");
    assert!(drawn.contains("its owner `a.keller` leaves on 2027-01-01"), "{drawn}");
    let away = folder().with("leave.csv", "id,from,until\na.keller,2026-12-01,\n");
    let found = told(away);
    assert!(found[0].2.contains("is on leave from 2026-12-01 without an end"), "{found:#?}");
    let back = folder().with("leave.csv", "id,from,until\na.keller,2026-12-01,2026-12-20\n");
    assert_eq!(told(back), []);
}

#[test]
fn found_b4_a_row_that_is_never_reached_names_the_row_that_takes_it() {
    let readiness = "columns: { total: score.total }\noutputs: [decision, kind, sla]\nrows:\n  \
                     - [ \">= 60\", hand off, marketing-to-sales, hot ]\n  \
                     - [ \">= 70\", nurture, \"-\", \"-\" ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n";
    let found = told(folder().with("readiness.yaml", readiness));
    let [(code, line, drawn)] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((*code, *line), ("table-unreachable", 5));
    assert!(drawn.contains("row 1 takes all of it"), "{drawn}");
}

/// Conditions that are asked of all leads of a small world, by a model that shares no code with the proofs.
#[test]
fn found_b4_no_condition_that_can_hold_and_fail_is_called_wrong() {
    const SOUND: usize = 10_000;
    const IN_A_FOLDER: usize = 250;
    const SEED: u64 = 20_261_130;
    println!("seed {SEED}");
    let mut random = Random::new(SEED);
    let domain = Domain::new();
    let (mut sound, mut wrong) = (0, 0);
    while sound < SOUND {
        let trees: Vec<Tree> = (0..IN_A_FOLDER).map(|_| Tree::draw(&mut random, 3)).collect();
        let routes = trees.iter().enumerate().map(|(at, tree)| {
            format!("  - {{ route: r{at}, when: '{tree}', to: {{ person: account.owner }} }}\n")
        });
        let routes = routes.collect::<Vec<_>>().concat();
        let routing = format!(
            "routes:\n{routes}  - {{ route: all, to: {{ queue: unassigned }} }}\nqueues:\n  \
             unassigned: {{ owner: a.keller, within: 2h }}\n"
        );
        let lines: Vec<(&str, usize, String)> = told(folder().with("routing.yaml", routing))
            .into_iter()
            .map(|(code, line, drawn)| (code, line as usize - 2, drawn))
            .collect();
        for (at, tree) in trees.iter().enumerate() {
            let told = lines.iter().find(|(_, line, _)| *line == at);
            if domain.all_parts_can_hold_and_fail(tree) {
                assert!(told.is_none(), "{tree}\n{}", told.map_or("", |told| &told.2));
                sound += 1;
            } else if !domain.can_hold_and_fail(tree) {
                assert!(told.is_some(), "nothing is told of {tree}");
                wrong += 1;
            }
        }
    }
    assert!(wrong > 300, "{wrong}");
}
