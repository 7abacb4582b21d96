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
    assert_eq!(classify("gmail.com"), DomainClass::FreeMail);
    assert_eq!(classify("mailinator.com"), DomainClass::Disposable);
    assert_eq!(classify("onmicrosoft.com"), DomainClass::Shared);
    assert_eq!(classify("acme.com"), DomainClass::Business);
}

#[test]
fn the_lists_are_in_order_and_a_domain_is_in_one_of_them() {
    for list in domains::lists() {
        assert!(list.is_sorted(), "{:?}", list.windows(2).find(|pair| pair[0] >= pair[1]));
    }
    let mut all = domains::lists().concat();
    all.sort_unstable();
    let twice = all.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None, "it would be of two classes");
}
