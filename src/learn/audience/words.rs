//! What tells a group of guests from the others, in plain words.

/// Standard deviations from the mean from which on a feature is worth a word.
const TELLING: f64 = 0.35;
/// Most words of a name.
const WORDS_MAX: usize = 3;

/// How it is said of a feature that a guest has more, and less, of it than most.
const SAID: [(&str, &str, &str); 8] = [
    ("recency", "stayed away long", "came lately"),
    ("frequency", "come often", "came once or never"),
    ("spend", "spend much a stay", "spend little a stay"),
    ("nights", "stay long", "stay short"),
    ("accepts", "take offers up", "seldom take offers up"),
    ("party", "come in company", "come alone"),
    ("children", "bring children", "come without children"),
    ("business", "travel on business", "travel for pleasure"),
];

/// What a feature begins with that is a taste for a kind of offer.
pub const TASTE: &str = "taste:";

/// The words for a feature of which somebody has more (or less) than most.
pub fn words(feature: &str, is_more: bool) -> String {
    if let Some(kind) = feature.strip_prefix(TASTE) {
        return if is_more { format!("like {kind}") } else { format!("care little for {kind}") };
    }
    match SAID.iter().find(|(id, ..)| *id == feature) {
        Some((_, more, less)) => (if is_more { more } else { less }).to_owned().to_owned(),
        None => format!("{} {feature}", if is_more { "more" } else { "less" }),
    }
}

/// The name of a group by its centre, in standard deviations of each feature.
pub fn name(features: &[&str], centre: &[f64]) -> String {
    let mut telling: Vec<(&str, f64)> =
        features.iter().copied().zip(centre.iter().copied()).collect();
    telling.retain(|(_, z)| z.abs() >= TELLING);
    telling.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    telling.truncate(WORDS_MAX);
    if telling.is_empty() {
        return "like most guests".to_owned();
    }
    let said: Vec<String> = telling.iter().map(|(id, z)| words(id, *z > 0.0)).collect();
    said.join(", ")
}

/// Names of groups, no two alike.
pub fn names(features: &[&str], centres: &[Vec<f64>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for centre in centres {
        let plain = name(features, centre);
        let alike = names.iter().filter(|n| n.split(" (").next() == Some(&plain)).count();
        names.push(if alike == 0 { plain } else { format!("{plain} ({})", alike + 1) });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_called_by_what_tells_it_most() {
        let features = ["frequency", "spend", "taste:spa", "recency", "children"];
        let said = name(&features, &[0.6, 1.4, -0.5, 0.1, 0.36]);
        assert_eq!(said, "spend much a stay, come often, care little for spa");
        assert_eq!(name(&features, &[0.1; 5]), "like most guests");
        let same = vec![vec![0.0; 5], vec![0.1; 5], vec![0.0, 0.0, 2.0, 0.0, 0.0]];
        let names = names(&features, &same);
        assert_eq!(names, ["like most guests", "like most guests (2)", "like spa"]);
        assert_eq!(words("height", true), "more height");
    }
}
