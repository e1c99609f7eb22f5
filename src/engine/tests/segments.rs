//! Segments are held by their place, so a catalog may not move them.

use super::*;

/// The world's catalog with these segments.
fn text(segments: &[&str]) -> String {
    let one = |id: &&str| format!("\n[[segments]]\nid = \"{id}\"\n");
    world::text(1) + &segments.iter().map(one).collect::<String>()
}

#[test]
fn segments_stay_where_they_are_also_after_a_rollback() {
    let world = World::new(1);
    let publish =
        |segments: &[&str]| world.engine.publish_catalog(&world.scope, &text(segments), "", None);
    let refused = |segments: &[&str], field: &str| {
        let error = publish(segments).unwrap_err();
        assert_eq!((error.kind, error.reason), (ErrorKind::InvalidArgument, "CATALOG_INVALID"));
        assert!(error.fields[0].field.ends_with(field), "{:?}", error.fields);
    };
    let first = publish(&["all", "family"]).unwrap().version;
    refused(&["family", "all"], "segments[0].id");
    refused(&["all"], "segments[1].id");
    publish(&["all", "family", "business"]).unwrap();
    world.engine.roll_back_catalog(&world.scope, first, "", None).unwrap();
    refused(&["all", "family", "couple"], "segments[2].id");
    publish(&["all", "family", "business", "couple"]).unwrap();
}
