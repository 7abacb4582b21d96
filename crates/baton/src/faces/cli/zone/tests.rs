use domain::Moment;

use super::{Zone, ZoneArgument};

fn moment(text: &str) -> Moment {
    text.parse().expect("a moment")
}

#[test]
fn found_g12_moments_are_written_in_the_zone_that_is_asked_for() {
    let winter = moment("2026-11-20T13:38:02Z");
    let summer = moment("2026-07-20T22:30:00Z");
    for (zone, at_winter, at_summer) in [
        ("UTC", "2026-11-20 13:38 UTC", "2026-07-20 22:30 UTC"),
        ("utc", "2026-11-20 13:38 UTC", "2026-07-20 22:30 UTC"),
        ("Europe/Berlin", "2026-11-20 14:38 CET", "2026-07-21 00:30 CEST"),
        ("europe/berlin", "2026-11-20 14:38 CET", "2026-07-21 00:30 CEST"),
        ("America/New_York", "2026-11-20 08:38 EST", "2026-07-20 18:30 EDT"),
        ("Asia/Kolkata", "2026-11-20 19:08 IST", "2026-07-21 04:00 IST"),
    ] {
        let asked = ZoneArgument { zone: Some(zone.to_owned()) };
        let Ok(zone) = asked.or(Some("Asia/Tokyo")) else { panic!("{zone}") };
        assert_eq!((zone.whole(winter), zone.whole(summer)), (at_winter.into(), at_summer.into()));
    }
    assert!(ZoneArgument { zone: Some("Berlin/Europe".to_owned()) }.or(None).is_err());
}

#[test]
fn the_zone_of_a_member_stands_in_where_none_is_asked_for() {
    let none = ZoneArgument { zone: None };
    let at = moment("2026-11-20T13:38:02Z");
    let named = |at_hand| none.or(at_hand).map(|zone: Zone| zone.called(at)).ok();
    assert_eq!(named(Some("Europe/Berlin")).as_deref(), Some("CET"));
    assert_eq!(named(None).as_deref(), Some("UTC"));
}
