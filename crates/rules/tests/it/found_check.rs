//! What `check` was silent about and newcomers fell over: routes behind a pool that takes all, countries that no
//! source sends, pools that are away together, fields that nothing declares, weights and holidays that do
//! nothing, slips that stand in a whole column, weekdays of another language, and errors that hid others.

use notation::Severity;
use rules::strategy::{Files, compile_at};

use crate::folder::{Folder, folder};

/// What is told, as `code file:line: message | help`.
fn told(folder: Folder) -> Vec<String> {
    let compiled = folder.compile();
    let told = compiled.diagnostics.list().iter().map(|told| {
        let place = compiled.sources.place(told.span);
        let help = told.help.as_deref().unwrap_or_default();
        format!("{} {}:{}: {} | {help}", told.code, place.file, place.line, told.message)
    });
    told.collect()
}

/// What is told of one code.
fn of_code(folder: Folder, code: &str) -> Vec<String> {
    let mut told = told(folder);
    told.retain(|told| told.starts_with(&format!("{code} ")));
    told
}

#[track_caller]
fn one(folder: Folder, code: &str, says: &[&str]) {
    let all = told(folder);
    let of_code: Vec<_> = all.iter().filter(|t| t.starts_with(&format!("{code} "))).collect();
    let [told] = &of_code[..] else { panic!("{code}: {all:#?}") };
    for says in says {
        assert!(told.contains(says), "{says}\n{told}");
    }
}

fn routes(routes: &[&str], pool: &str) -> Folder {
    let lines: Vec<String> = routes.iter().map(|route| format!("  - {{ {route} }}\n")).collect();
    let lines = lines.concat();
    folder().with(
        "routing.yaml",
        format!(
            "routes:\n{lines}pools:\n  all: {{ members: 'member.region == \"dach\"'{pool} }}\n  \
             two: {{ members: 'member.region == \"emea\"' }}\n\
             queues:\n  unassigned: {{ owner: a.keller, within: 2h }}\n"
        ),
    )
}

const LAST: &str = "route: rest, to: { queue: unassigned }";
const TAKES_ALL: &str = "route: team, to: { pool: all }";
const FRENCH: &str = "route: french, when: account.country == \"FR\", to: { pool: two }";

#[test]
fn found_g_a_pool_that_keeps_every_lead_swallows_later_routes() {
    for pool in ["", ", all_away: hold", ", caps: { day: 6 }, all_capped: hold"] {
        let says = ["no lead comes to the route `french`", "move it up"];
        one(routes(&[TAKES_ALL, FRENCH, LAST], pool), "route-unreachable", &says);
    }
    let always = "route: team, when: 'true', to: { pool: all }";
    one(routes(&[always, FRENCH, LAST], ""), "route-unreachable", &["`french`"]);
    // A catch-all behind a pool is there for the worst, and a pool may send leads on.
    assert!(of_code(routes(&[FRENCH, TAKES_ALL, LAST], ""), "route-unreachable").is_empty());
    let sends = ", all_away: next route";
    let told = told(routes(&[TAKES_ALL, FRENCH, LAST], sends));
    assert!(!told.iter().any(|told| told.starts_with("route-unreachable")), "{told:#?}");
}

#[test]
fn found_g_a_route_behind_a_pool_for_all_gets_what_is_left_over() {
    let says = "only leads that the pool of `team` cannot take come to the route `french`";
    for pool in [", all_away: next route", ", caps: { day: 6 }"] {
        one(routes(&[TAKES_ALL, FRENCH, LAST], pool), "route-leftover", &[says, "move it before"]);
    }
    let named = "route: named, to: { list: named_accounts.csv, by: account.domain }";
    let owners = routes(&[TAKES_ALL, named, LAST], ", all_away: next route");
    let owners = owners.with("named_accounts.csv", "domain,owner\nacme.example,h.martin\n");
    one(owners, "route-leftover", &["`named`"]);
    // A second pool for what the first cannot take is what people write.
    let second = "route: others, to: { pool: two }";
    let over = routes(&[TAKES_ALL, second, LAST], ", all_away: next route");
    assert!(of_code(over, "route-leftover").is_empty());
}

#[test]
fn found_g_countries_that_no_source_sends_are_told() {
    for (written, code) in [
        ("France", "FR"),
        ("fr", "FR"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("FRA", "FR"),
        ("Deutschland", "DE"),
        ("germany", "DE"),
        ("United States", "US"),
        ("USA", "US"),
        ("Österreich", "AT"),
        ("Schweiz", "CH"),
        ("The Netherlands", "NL"),
    ] {
        let says =
            format!("`{written}` matches no country that a source sends as the code `{code}`");
        for condition in [
            format!("account.country == \"{written}\""),
            format!("\"{written}\" != person.country"),
            format!("account.country in [\"SE\", \"{written}\"]"),
            format!("has(account.name) && claimed(account.country) == \"{written}\""),
        ] {
            one(
                folder().when(&condition),
                "country-doubtful",
                &[&says, &format!("write \"{code}\"")],
            );
        }
        let list = folder().with("lists/near.csv", format!("country\nSE\n{written}\n"));
        let says = [says.as_str(), "lists/near.csv:3"];
        one(list.when("account.country in near"), "country-doubtful", &says);
    }
    for (condition, name) in [("person.title", "France"), ("account.name", "UK")] {
        let other = folder().when(&format!("{condition} == \"{name}\""));
        assert!(of_code(other, "country-doubtful").is_empty());
    }
    for sound in
        ["account.country == \"FR\"", "account.country in dach", "lower(account.country) == \"fr\""]
    {
        assert!(of_code(folder().when(sound), "country-doubtful").is_empty(), "{sound}");
    }
    let table = "columns: { country: account.country }\noutputs: [decision, kind, sla]\nstarts: [form.*]\nrows:\n  \
                 - [ '\"DE\", \"Austria\"', hand off, renewal, hot ]\n  - [ '-', nurture, '-', '-' ]\n";
    one(
        folder().with("readiness.yaml", table),
        "country-doubtful",
        &["`Austria`", "readiness.yaml:5"],
    );
    let places = "territory,country,owner_or_pool\nNorth,se|Denmark,a.keller\n";
    one(folder().with("territories.csv", places), "country-doubtful", &["`Denmark`", "`DK`"]);
}

#[test]
fn found_g_contracts_and_maps_say_how_countries_are_written() {
    let map = |values: &str| {
        format!(
            "source: crm\nfiles: {{ \"*.csv\": {{ kind: lead.created, fields: \
             {{ account.country: {{ column: c, values: {{ {values} }} }} }} }} }}\n"
        )
    };
    let with =
        |values: &str, condition: &str| folder().with("maps/crm.yaml", map(values)).when(condition);
    let french = "account.country == \"France\"";
    assert!(of_code(with("FR: France, DE: Germany", french), "country-doubtful").is_empty());
    one(
        with("France: FR", french),
        "country-doubtful",
        &["which is what the contracts and maps say"],
    );
    let code = "account.country == \"FR\"";
    let says = ["`FR` is never `France`", "write \"France\""];
    one(with("FR: France", code), "country-doubtful", &says);
    assert!(of_code(with("France: FR", code), "country-doubtful").is_empty());
}

fn away(leave: &str, pool: &str) -> Folder {
    routes(&[TAKES_ALL, LAST], pool).with("leave.csv", format!("id,from,until\n{leave}"))
}

#[test]
fn found_g_a_pool_whose_members_are_all_on_leave_is_told() {
    let both = "a.keller,2026-12-21,2027-01-02\nj.brandt,2026-12-24,2027-01-05\n";
    let says = [
        "everybody of the pool `all` (`a.keller`, `j.brandt`) is on leave from 2026-12-24 until 2027-01-01",
        "all_away: pool NAME",
    ];
    one(away(both, ""), "pool-away", &says);
    one(away(both, ", all_away: ignore hours"), "pool-away", &["from 2026-12-24"]);
    // One leave after the other is one.
    let apart =
        "a.keller,2026-12-21,2026-12-28\na.keller,2026-12-28,2027-01-04\nj.brandt,2026-12-24,\n";
    one(away(apart, ""), "pool-away", &["from 2026-12-24 until 2027-01-03"]);
    let endless = "a.keller,2026-12-21,\nj.brandt,2026-12-24,\n";
    one(away(endless, ""), "pool-away", &["from 2026-12-24 without an end"]);
    for sound in [
        away("a.keller,2026-12-21,2026-12-24\nj.brandt,2026-12-24,2027-01-05\n", ""),
        away("a.keller,2026-12-21,2027-01-02\n", ""),
        away(both, ", all_away: next route"),
        away(both, ", all_away: pool two"),
    ] {
        assert!(of_code(sound, "pool-away").is_empty());
    }
    // A shop with one rep.
    let alone = folder()
        .with("team.csv", "id,name,region\na.keller,Anna Keller,dach\nh.martin,Hugo,emea\n")
        .with("leave.csv", "id,from,until\na.keller,2026-12-21,2027-01-02\n")
        .with(
            "routing.yaml",
            "routes:\n  - { route: all, to: { pool: shop } }\n  - { route: rest, to: { queue: q } }\n\
             pools: { shop: { members: 'member.region == \"dach\"' } }\nqueues: { q: { owner: h.martin, within: 1h } }\n",
        );
    one(alone, "pool-away", &["`a.keller`, the only member of the pool `shop`, is on leave"]);
}

#[test]
fn found_g_fields_of_a_lead_that_nothing_declares_are_told() {
    for (condition, near) in [
        ("lead.campain == \"q4\"", "campaign"),
        ("lead.medum == \"cpc\"", "medium"),
        ("lead.mesage == \"x\"", "message"),
        ("last(\"form.quote\").topc == \"x\"", "topic"),
        ("count(\"page.viewed\", \"7d\", signal.pth == \"/\") > 1", ""),
    ] {
        let says = format!("did you mean `lead.{near}`");
        if near.is_empty() {
            one(folder().when(condition), "field-unproven", &["`lead.pth`"]);
        } else {
            one(folder().when(condition), "name-doubtful", &[&says]);
        }
    }
    let says = [
        "nothing proves that a source brings `lead.product`, `lead.zorb`",
        "no contract and no map",
    ];
    one(folder().when("lead.product == \"GTX\" || lead.zorb == \"x\""), "field-unproven", &says);
    let map =
        "source: crm\nfiles: { \"*.csv\": { kind: lead.created, fields: { product: text } } }\n";
    let mapped = || folder().with("maps/crm.yaml", map);
    assert!(of_code(mapped().when("lead.product == \"GTX\""), "field-unproven").is_empty());
    one(mapped().when("lead.prodct == \"GTX\""), "name-doubtful", &["`lead.product`"]);
    one(
        mapped().when("lead.zorb == \"x\""),
        "field-unproven",
        &["no contract and no map names it"],
    );
    for sound in
        ["lead.campaign == \"q4\"", "lead.kind == \"form.quote\"", "lead.source == \"web\""]
    {
        assert!(of_code(folder().when(sound), "field-unproven").is_empty(), "{sound}");
    }
}

#[test]
fn found_g_a_weight_that_counts_for_nothing_is_told() {
    let weighted = |method: &str| {
        routes(&[TAKES_ALL, LAST], &format!(", method: {method}")).with(
            "team.csv",
            "id,region,weight\na.keller,dach,2\nj.brandt,dach,1\nh.martin,emea,1\n",
        )
    };
    for method in ["in turn", "least open work"] {
        let says = ["the weight of `a.keller` counts for nothing", "`method: weighted`"];
        one(weighted(method), "weight-unused", &says);
    }
    assert!(of_code(weighted("weighted"), "weight-unused").is_empty());
    let even = routes(&[TAKES_ALL, LAST], "")
        .with("team.csv", "id,region,weight\na.keller,dach,1\nj.brandt,dach,1\nh.martin,emea,1\n");
    assert!(of_code(even, "weight-unused").is_empty());
}

#[test]
fn found_g_an_address_of_two_members_is_told() {
    for second in ["anna@acme.example", "Anna@ACME.example"] {
        let team = format!(
            "id,name,email,region\na.keller,Anna,anna@acme.example,dach\nj.brandt,Jonas,{second},dach\nh.martin,Hugo,,emea\n"
        );
        one(
            folder().with("team.csv", team),
            "email-twice",
            &["team.csv:3", "another member has this"],
        );
    }
}

#[test]
fn found_g_holidays_that_are_over_are_told_on_the_day_of_the_check() {
    let calendar = |holidays: &str| {
        format!(
            "zone: Europe/Berlin\nweek: {{ mon-fri: [\"09:00-17:00\"] }}\nholidays: [{holidays}]\n"
        )
    };
    let codes = |holidays: &str, now: &str| {
        let files = folder().with("calendars/berlin.yaml", calendar(holidays)).files();
        let compiled = compile_at(&files, now.parse().expect("a moment"));
        assert_eq!(compiled.diagnostics.errors(), 0);
        let told = compiled.diagnostics.list().iter();
        let told = told.filter(|told| told.code == "holidays-past");
        told.map(|told| told.message.clone()).collect::<Vec<_>>()
    };
    let now = "2026-11-30T12:00:00Z";
    for past in ["2025-12-25, 2025-12-26", "2024-01-01", "2026-11-29"] {
        let told = codes(past, now);
        assert!(told.len() == 1 && told[0].contains("calendar `berlin`"), "{past}: {told:?}");
    }
    for sound in ["2025-12-25, 2026-12-25", "2026-11-30", "2027-01-01", ""] {
        assert!(codes(sound, now).is_empty(), "{sound}");
    }
    let leave =
        away("a.keller,2024-12-21,2025-01-02\nj.brandt,2024-12-24,2025-01-05\n", "").files();
    let over = compile_at(&leave, now.parse().expect("a moment"));
    assert!(
        over.diagnostics.list().iter().all(|told| told.code != "pool-away"),
        "a leave that is over"
    );
}

#[test]
fn found_g_a_slip_down_a_column_does_not_turn_the_suggestion_round() {
    let team = |id: &str, manager: &str| {
        format!(
            "id,name,email,manager,region\n{id},Bernd Koch,b.koch@acme.example,,dach\n\
             a.keller,Anna,,{manager},dach\nj.brandt,Jonas,,{manager},dach\nh.martin,Hugo,,{manager},emea\n"
        )
    };
    // The column is wrong: the name and the address beside the id say so.
    let says = ["team.csv:3", "the manager `b.kohc` has no row here", "did you mean `b.koch`?"];
    one(folder().with("team.csv", team("b.koch", "b.kohc")), "manager-unknown", &says);
    // The id is wrong, for the same reason.
    let says = ["team.csv:2", "nothing uses the member `b.kohc`", "did you mean `b.koch`?"];
    one(folder().with("team.csv", team("b.kohc", "b.koch")), "manager-unknown", &says);
    // Nothing tells which is wrong: neither is said to be right.
    let says = ["one of the two is misspelt", "`zorb7` here, or `zorb8` where it is used"];
    one(folder().with("team.csv", team("zorb8", "zorb7")), "manager-unknown", &says);
    // A calendar whose zone says how it is spelt.
    let berlin = "id,name,region,calendar\na.keller,A,dach,berln\nj.brandt,J,dach,berln\nh.martin,H,emea,berln\n";
    let says = ["team.csv:2", "there is no calendar `berln`", "did you mean `berlin`?"];
    one(folder().with("team.csv", berlin), "calendar-unknown", &says);
}

#[test]
fn found_g_weekdays_of_another_language_are_translated() {
    for (week, says) in [
        ("mo-do", "write `mon-thu` for the German `mo-do`"),
        ("Mo-Fr", "write `mon-fri` for the German `Mo-Fr`"),
        ("Montag–Freitag", "write `mon-fri` for the German"),
        ("lun-ven", "write `mon-fri` for the French"),
        ("lundi", "write `mon` for the French"),
        ("lu-do", "write `mon-sun` for the Spanish"),
        ("maandag-vrijdag", "write `mon-fri` for the Dutch"),
        ("seg-sex", "write `mon-fri` for the Portuguese"),
        ("monday-friday", "did you mean `mon-fri`?"),
        ("Mon–Fri", "did you mean `mon-fri`?"),
        ("thurs", "did you mean `thu`?"),
        ("weekdays", "stretches like `mon-fri`"),
    ] {
        let text = format!("zone: Europe/Berlin\nweek: {{ {week}: [\"09:00-17:00\"] }}\n");
        one(folder().with("calendars/berlin.yaml", text), "weekday-unknown", &[says]);
    }
    // All words of a week say in which language they are.
    let dutch = "zone: Europe/Berlin\nweek: { ma-do: [\"09:00-17:00\"], vr: [\"09:00-12:00\"] }\n";
    let told = of_code(folder().with("calendars/berlin.yaml", dutch), "weekday-unknown");
    assert!(told[0].contains("write `mon-thu` for the Dutch"), "{told:?}");
}

#[test]
fn found_g_what_lacks_is_told_under_its_own_name() {
    for name in ["strategy.yaml", "readiness.yaml", "routing.yaml", "team.csv"] {
        let says = [&format!("{name}:1"), "the folder has no", "baton init"];
        one(folder().without(name), "file-missing", &says.map(AsRef::<str>::as_ref));
    }
    let drawn = folder().without("strategy.yaml").drawn();
    assert!(drawn.contains("┌─ strategy.yaml:1:1"), "{drawn}");
    assert!(!drawn.contains("calendars/berlin.yaml"), "{drawn}");
}

#[test]
fn found_g_one_error_hides_nothing_that_can_be_judged() {
    // An owner who is not there, a queue whose owner leaves, an SLA that is not there, and every signal starts.
    let others = |folder: Folder| {
        folder
            .with("named_accounts.csv", "domain,owner\nacme.example,nobody\n")
            .with("team.csv", "id,region,calendar,left\na.keller,dach,berlin,2027-01-01\nj.brandt,dach,,\nh.martin,emea,,\n")
            .with("readiness.yaml", "columns: { size: account.employees }\noutputs: [decision, kind, sla]\nrows:\n  \
                  - [ '>= 60', hand off, renewal, lukewarm ]\n  - [ '-', nurture, '-', '-' ]\n")
    };
    let expected = ["member-unknown", "queue-unworked", "sla-unknown", "starts-missing"];
    let broken: [(&str, &str); 7] = [
        ("scoring.yaml", "fit: { points: [{ when: 'account.employees >', points: 5 }] }\n"),
        ("strategy.yaml", "strategy: small\nseed: -7\n"),
        ("destinations.yaml", "steps: [{ step: a, to: crm, when: somewhen }]\n"),
        ("brief.yaml", "zorb: 1\n"),
        ("calendars/berlin.yaml", "zone: Europe/Berln\nweek: { mon-fri: [\"09:00-17:00\"] }\n"),
        ("leave.csv", "id,from,until\na.keller,gestern,\n"),
        ("contracts/a.yaml", "kind: [\n"),
    ];
    for (name, text) in broken {
        let compiled = others(folder().with(name, text)).compile();
        let codes: Vec<&str> = compiled.diagnostics.list().iter().map(|told| told.code).collect();
        for code in expected {
            assert!(codes.contains(&code), "{name} hides {code}: {codes:?}");
        }
        let errors = compiled.diagnostics.list().iter().filter(|t| t.severity == Severity::Error);
        assert!(errors.count() > 2 && compiled.strategy.is_none(), "{name}: {codes:?}");
    }
    let team = "id,region,weight\na.keller,dach,viel\nj.brandt,dach,\nh.martin,emea,\n";
    let told = told(
        folder()
            .with("team.csv", team)
            .with("named_accounts.csv", "domain,owner\na.example,nobody\n"),
    );
    let has = |code: &str| told.iter().any(|told| told.starts_with(code));
    assert!(has("weight-range") && has("member-unknown"), "{told:#?}");
}

#[test]
fn found_g_files_of_nothing_are_told_each() {
    let compiled = rules::compile(&Files::default());
    let told: Vec<String> = compiled
        .diagnostics
        .list()
        .iter()
        .map(|told| format!("{} {}", told.code, compiled.sources.place(told.span).file))
        .collect();
    let names = ["readiness.yaml", "routing.yaml", "strategy.yaml", "team.csv"];
    for name in names {
        assert!(told.contains(&format!("file-missing {name}")), "{told:?}");
    }
}

#[test]
fn found_g_a_route_to_somebody_who_is_not_there_is_told() {
    let to = |id: &str| {
        let named =
            format!("route: named, when: account.employees >= 500, to: {{ person: '{id}' }}");
        routes(&[&named, LAST], "")
    };
    let told = of_code(to("\"j.brant\""), "member-unknown");
    let [told] = &told[..] else { panic!("{told:?}") };
    for says in ["routing.yaml", "`j.brant` is not in team.csv", "did you mean `j.brandt`"] {
        assert!(told.contains(says), "{told}");
    }
    for known in ["\"j.brandt\"", "lead.owner_id"] {
        assert_eq!(of_code(to(known), "member-unknown"), [""; 0], "{known}");
    }
}
