use super::*;

#[track_caller]
fn check_email(given: &str, expected: Option<&str>) {
    assert_eq!(read_email(given).map(Email::into_address).as_deref(), expected, "{given}");
}

#[test]
fn i2_an_address_has_one_form() {
    check_email(" Ada@Acme.COM ", Some("ada@acme.com"));
    check_email("ada+news@acme.com", Some("ada+news@acme.com"));
    check_email("a.d.a@acme.com", Some("a.d.a@acme.com"));
    check_email("\"ada\"@acme.com", Some("ada@acme.com"));
    check_email("\"ada love\"@acme.com", Some("\"ada love\"@acme.com"));
    check_email("ada@bücher.example", Some("ada@xn--bcher-kva.example"));
    check_email("ada@acme.com.", Some("ada@acme.com"));
    for unreadable in [
        "",
        "@",
        "ada",
        "ada@",
        "@acme.com",
        "ada@acme",
        "a..b@acme.com",
        ".a@acme.com",
        "ada@127.0.0.1",
        "ada lovelace@acme.com",
        "ada@acme..com",
        "ada\u{202e}@acme.com",
    ] {
        check_email(unreadable, None);
    }
    check_email(&format!("{}@acme.com", "a".repeat(65)), None);
    check_email(&format!("a@{}.com", "b".repeat(320)), None);
}

#[test]
fn i5_composed_and_decomposed_names_are_one() {
    check_email("jose\u{301}@acme.com", Some("jos\u{e9}@acme.com"));
    assert_eq!(fold_space("Jose\u{301}  M\u{200b}ora "), "Jos\u{e9} Mora");
}

#[test]
fn i1_an_imitated_domain_is_noticed() {
    assert!(read_email("ada@\u{430}cme.com").is_some_and(|email| email.mixed_script));
    assert!(!read_email("ada@яндекс.рф").is_some_and(|email| email.mixed_script));
    assert!(!read_email("ada@acme.com").is_some_and(|email| email.mixed_script));
}

#[test]
fn i3_a_function_is_no_person() {
    for (address, function) in
        [("info@acme.com", true), ("sales+x@acme.com", true), ("infora@acme.com", false)]
    {
        assert_eq!(read_email(address).is_some_and(|email| email.is_function()), function);
    }
}

#[test]
fn phones_read_as_e164() {
    for (given, expected) in [
        ("+49 30 901820", Some("+4930901820")),
        ("+44 (0)20 7946 0018", Some("+442079460018")),
        ("0049-30-901820", Some("+4930901820")),
        ("030 901820", None),
        ("call me", None),
        ("+", None),
    ] {
        assert_eq!(read_phone(given).as_deref(), expected, "{given}");
    }
}

#[test]
fn found_c6_a_number_has_one_form_however_it_was_written() {
    for (given, expected) in [
        ("tel:+49-30-901820", Some("+4930901820")),
        ("TEL: +49 30 901820", Some("+4930901820")),
        ("+49\u{a0}30\u{a0}901820", Some("+4930901820")),
        ("\u{202a}+49 30\u{2011}901820\u{202c}", Some("+4930901820")),
        ("\u{ff0b}\u{ff14}\u{ff19}30901820", Some("+4930901820")),
        // A switchboard and those behind it.
        ("+44 20 7946 0018 ext. 12", Some("+442079460018;ext=12")),
        ("+44 20 7946 0018 x12", Some("+442079460018;ext=12")),
        ("+44 20 7946 0018 (ext 12)", Some("+442079460018;ext=12")),
        ("tel:+44-20-7946-0018;ext=12", Some("+442079460018;ext=12")),
        ("+44 20 7946 0018,,12", Some("+442079460018;ext=12")),
        ("+44 20 7946 0018 #012", Some("+442079460018;ext=012")),
        ("+49 30 901820 Durchwahl 7", Some("+4930901820;ext=7")),
        ("+442079460018;ext=12", Some("+442079460018;ext=12")),
        ("+44 20 7946 0018 ext. ask for Bob", None),
        // Before the countries changed their numbers, and since.
        ("+52 1 55 1234 5678", Some("+525512345678")),
        ("+5215512345678", Some("+525512345678")),
        ("+52 55 1234 5678", Some("+525512345678")),
        ("+55 11 8765-4321", Some("+5511987654321")),
        ("+55 11 98765-4321", Some("+5511987654321")),
        ("+55 11 3765-4321", Some("+551137654321")),
    ] {
        assert_eq!(read_phone(given).as_deref(), expected, "{given}");
        let again = expected.and_then(read_phone);
        assert_eq!(again.as_deref(), expected, "the form of a form is itself");
    }
}

#[test]
fn found_c9_addresses_as_people_paste_them() {
    check_email("Ada Lovelace <ada@acme.com>", Some("ada@acme.com"));
    check_email("\"Lovelace, Ada\" <Ada@Acme.com> ", Some("ada@acme.com"));
    check_email("<ada@acme.com>", Some("ada@acme.com"));
    check_email("mailto:ada@acme.com?subject=Hi", Some("ada@acme.com"));
    check_email("ada@acme.com\u{a0}", Some("ada@acme.com"));
    // Marks that do not compose belong to their letter: names of India and Thailand are full of them.
    check_email("\u{915}\u{941}@acme.com", Some("\u{915}\u{941}@acme.com"));
    check_email("x\u{323}\u{302}@acme.com", Some("x\u{323}\u{302}@acme.com"));
    check_email("\u{301}@acme.com", None);
    // RFC 5321 leaves 254 characters for a whole address.
    let host = |labels: usize| format!("{}com", format!("{}.", "b".repeat(47)).repeat(labels));
    let longest = format!("{}@{}", "a".repeat(254 - 1 - host(4).len()), host(4));
    assert_eq!(longest.len(), 254);
    check_email(&longest, Some(&longest));
    check_email(&format!("a{longest}"), None);
    for nobody in ["ada@acme.invalid", "ada@x.INVALID", "two@acme.com <ada@>", "a@b.com, c@d.com"] {
        check_email(nobody, None);
    }
    check_email("Ada <ada@acme.com> <bob@acme.com>", None);
}

#[test]
fn a_domain_names_a_company_unless_many_share_it() {
    for (given, expected) in [
        ("mail.eu.acme.co.uk", Some("acme.co.uk")),
        ("https://www.acme.com/pricing", Some("acme.com")),
        ("acme.internal-suffix", Some("acme.internal-suffix")),
        ("co.uk", None),
        ("10.0.0.1", None),
        ("", None),
    ] {
        assert_eq!(registrable(given).as_deref(), expected, "{given}");
    }
    // What is in its one form already is what the same host in another form is.
    for host in
        ["acme.com", "mail.eu.acme.co.uk", "co.uk", "localhost", "a-b.example", "1.2.3.com", "com"]
    {
        for other in [format!("{host}."), host.to_uppercase(), format!(" https://{host}:443/x ")] {
            assert_eq!(registrable(host), registrable(&other), "{other}");
        }
    }
    for host in ["-acme.com", "acme-.com", "ac--me.com", "xn--.com", "acme..com", ".com", "1.2.3.4"]
    {
        assert_eq!(registrable(host), registrable(&format!("{host}.")), "{host}");
    }
    let class = |host| domain_class(host, &MailLists::default());
    for (host, expected) in [
        ("gmail.com", DomainClass::FreeMail),
        ("mail.gmail.com", DomainClass::FreeMail),
        ("mailinator.com", DomainClass::Disposable),
        ("onmicrosoft.com", DomainClass::Shared),
        ("acme.com", DomainClass::Business),
    ] {
        assert_eq!(class(host), Some(expected), "{host}");
    }
    assert_eq!(class("com"), None);
}

#[test]
fn the_lists_are_in_order_and_a_domain_is_in_one_of_them() {
    let mut all: Vec<&str> = Vec::new();
    for (class, list) in mail_lists::world() {
        let unsorted = list.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(unsorted, None, "{class:?}");
        if class != DomainClass::Shared {
            all.extend(list.iter().copied());
        }
    }
    all.sort_unstable();
    let twice = all.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None, "it would be of two classes");
    assert!(all.len() > 60_000 && lists_version() >= 20_261_130);
}

/// What one meets every day, with a few of each corner of the world.
#[test]
fn found_c2_providers_are_known_and_companies_are_not_taken_for_them() {
    let class = |host: &str| domain_class(host, &MailLists::default());
    for provider in [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.co.uk",
        "live.se",
        "yahoo.co.jp",
        "gmx.net",
        "web.de",
        "t-online.de",
        "freenet.de",
        "orange.fr",
        "laposte.net",
        "libero.it",
        "tiscali.it",
        "wp.pl",
        "o2.pl",
        "seznam.cz",
        "centrum.cz",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "naver.com",
        "hanmail.net",
        "rediffmail.com",
        "uol.com.br",
        "bol.com.br",
        "sapo.pt",
        "bigpond.com",
        "xtra.co.nz",
        "telenet.be",
        "skynet.be",
        "bluewin.ch",
        "proton.me",
        "tutanota.com",
        "fastmail.com",
        "hey.com",
        "zoho.com",
        "icloud.com",
        "aol.com",
        "ukr.net",
    ] {
        assert_eq!(class(provider), Some(DomainClass::FreeMail), "{provider}");
    }
    for thrown_away in ["mailinator.com", "yopmail.com", "guerrillamail.com", "temp-mail.org"] {
        assert_eq!(class(thrown_away), Some(DomainClass::Disposable), "{thrown_away}");
    }
    for company in [
        "siemens.com",
        "bosch.de",
        "acme.com",
        "alibaba.com",
        "starbucks.com",
        "bt.com",
        "sap.com",
        "example.com",
        "volkswagen.de",
        "nestle.com",
        "tata.com",
        "vale.com",
        "samsung.com",
        "a-small-company.co.uk",
        "mail-order-shop.de",
        "webmail-consulting.fr",
    ] {
        assert_eq!(class(company), Some(DomainClass::Business), "{company}");
    }
}

#[test]
fn found_c2_the_strategys_lists_count_before_those_of_the_world() {
    let list = |name: &str, texts: &[&str]| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Some(std::sync::Arc::new(rules::lists::List::new(name, texts)))
    };
    let mail = MailLists {
        free: list("free_mail", &["new-provider.com"]),
        disposable: list("disposable_mail", &["an-hour.com"]),
        shared: list("shared_domains", &["franchise.com"]),
        business: list("business_domains", &["gmx.net", "eu.franchise.com"]),
    };
    for (host, expected, listed) in [
        ("new-provider.com", DomainClass::FreeMail, Some("new-provider.com")),
        ("mx.an-hour.com", DomainClass::Disposable, Some("an-hour.com")),
        ("franchise.com", DomainClass::Shared, Some("franchise.com")),
        ("eu.franchise.com", DomainClass::Business, Some("eu.franchise.com")),
        ("gmx.net", DomainClass::Business, Some("gmx.net")),
        ("acme.com", DomainClass::Business, None),
    ] {
        let reason = domain_reason(host, &mail).expect("a domain");
        assert_eq!((reason.class, reason.listed.as_deref()), (expected, listed), "{host}");
        assert_eq!(domain_class(host, &mail), Some(expected));
        assert_eq!(reason.by_strategy, listed.is_some());
    }
    assert_eq!(domain_reason("no domain", &mail), None);
}

#[test]
fn found_c2_what_people_write_where_they_have_no_company_is_no_company() {
    for (name, known) in [
        ("Self-Employed", false),
        ("n/a", false),
        ("N.A.", false),
        ("-", false),
        ("Freelancer", false),
        ("Selbstständig", false),
        ("Test GmbH", false),
        ("Acme", true),
        ("Nonesuch Records", true),
    ] {
        let content = Content {
            kind: "x".into(),
            origin: "t".into(),
            source_id: "1".into(),
            occurred: None,
            subject: vec![Identifier {
                kind: IdentifierKind::Company,
                value: name.into(),
                verified: true,
            }],
            fields: domain::Fields::default(),
            vouched: None,
        };
        let source = SourceName::new("t").expect("a name");
        assert_eq!(identifiers(&source, &content).workplace.is_some(), known, "{name}");
    }
}

/// Whether a name is found by what is typed: by the index, and then by the name itself. Both agree.
#[track_caller]
fn check_name(name: &str, typed: &str, expected: bool) {
    let words = name_words(name);
    let beginnings: std::collections::BTreeSet<String> =
        words.iter().flat_map(NameWord::beginnings).collect();
    let typed_words = name_words(typed);
    assert!(!typed_words.is_empty(), "{typed}");
    let wanted = typed_words.iter().flat_map(NameWord::wanted);
    let is_indexed =
        wanted.into_iter().all(|forms| forms.iter().any(|one| beginnings.contains(one)));
    let is_named =
        typed_words.iter().all(|typed| words.iter().any(|word| word.matched_by(typed).is_some()));
    assert_eq!(is_indexed && is_named, expected, "{name}, {typed}: {is_indexed}, {is_named}");
    assert!(is_indexed || !is_named, "{name}, {typed}: who is called so is missing in the index");
}

#[test]
fn a_name_is_found_by_the_beginnings_of_its_words_however_they_are_spelled() {
    for typed in ["müller", "Mueller", "muller", "MÜL", "mue", "mul", "mu\u{308}ller"] {
        check_name("Jürgen Müller", typed, true);
    }
    check_name("Jürgen Müller", "jurgen mueller", true);
    check_name("Juergen Mueller", "müller", true);
    check_name("Juergen Mueller", "jürgen", true);
    check_name("Jürgen Müller", "miller", false);
    check_name("Jürgen Müller", "mu", false);
    check_name("Jürgen Müller", "muller max", false);
    check_name("Michael", "micha", true);
    check_name("Joel", "joe", true);
    for (name, typed) in [
        ("Weiß", "weiss"),
        ("Łukasz Wałęsa", "lukasz walesa"),
        ("Søren Ångström", "soren angstrom"),
        ("Søren Ångström", "soeren aangstroem"),
        ("Þór Guðmundsson", "thor gudmundsson"),
        ("İbrahim Işık", "ibrahim isik"),
        ("Jean-Luc O’Brien", "luc obrien"),
        ("Jean-Luc O’Brien", "o'brien jean"),
        ("Νίκος", "ΝΙΚΟΣ"),
        ("Фёдор", "федор"),
        ("Christoforos", "christoforos"),
        ("Nordwind Logistik GmbH", "nordwind gmbh"),
        ("ＡＣＭＥ", "acme"),
        ("हिन्दी", "हिन्दी"),
    ] {
        check_name(name, typed, true);
    }
    // Beyond the letters of the index the name itself decides.
    check_name("Christoforos", "christof", true);
    check_name("Christoforos", "christofer", false);
}

#[test]
fn a_short_word_is_found_as_a_whole_and_characters_by_their_neighbours() {
    check_name("Li Bo", "li", true);
    check_name("Li Bo", "l", false);
    check_name("Linda", "li", false);
    for typed in ["王", "小明", "王小明", "小"] {
        check_name("王小明", typed, true);
    }
    check_name("王小明", "明小", false);
    check_name("王小明", "王明", false);
    check_name("김민준", "민준", true);
    check_name("さくら", "さくら", true);
    // A mark that makes another letter is no accent.
    check_name("がか", "かか", false);
    let whole = person_names(Some("小明"), Some("王"), None);
    assert!(whole.contains(&"王小明".to_owned()), "{whole:?}");
}
