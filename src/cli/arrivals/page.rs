//! The list of arrivals as a page for the desk: one file, A4, nothing loaded from anywhere and no
//! script. A guest is never cut in two by the end of a page.

use super::Row;

const STYLE: &str = "@page{size:A4;margin:14mm}*{box-sizing:border-box}\
body{font:15px/1.4 system-ui,sans-serif;max-width:60rem;margin:1.5rem auto;padding:0 1rem;color:#1c1c1c}\
h1{font-size:1.4rem;margin:0}header{display:flex;justify-content:space-between;align-items:baseline;\
border-bottom:2px solid #1c1c1c;padding-bottom:.4rem}article{display:grid;\
grid-template-columns:4rem 1fr 1.2fr;gap:.2rem 1.2rem;padding:.8rem 0;border-bottom:1px solid #bbb;\
break-inside:avoid}.time{font-size:1.15rem;font-variant-numeric:tabular-nums}h2{font-size:1.05rem;margin:0}\
.stay,.none{color:#555;margin:0}.stars{letter-spacing:.1em}.offer{margin:.4rem 0 0;padding:.35rem .6rem;\
border-left:.25rem solid #2c5f7a}.offer b{display:block}ul{margin:0;padding-left:1.1rem}\
@media print{body{font-size:10.5pt;margin:0;max-width:none;padding:0}}\
@media(max-width:40rem){article{grid-template-columns:1fr}}";

/// The page.
pub(super) fn page(property: &str, day: &str, rows: &[Row]) -> String {
    let (property, day) = (escaped(property), escaped(day));
    let guests: String = rows.iter().map(guest).collect();
    let guests = match rows {
        [] => "<p class=\"none\">Nobody arrives.</p>\n".to_owned(),
        _ => guests,
    };
    let count = rows.len();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Arrivals {property} {day}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header><h1>Arrivals at {property}</h1>\
         <span>{day} · {count}</span></header>\n<main>\n{guests}</main>\n</body>\n</html>\n"
    )
}

fn guest(row: &Row) -> String {
    let time = if row.time.is_empty() { "–".to_owned() } else { escaped(&row.time) };
    let stars = match row.value.len() {
        0 => String::new(),
        filled => format!(" <span class=\"stars\" title=\"value\">{}</span>", "★".repeat(filled)),
    };
    let offer = if row.offer.is_empty() {
        String::new()
    } else {
        let (offer, price) = (escaped(&row.offer), escaped(&row.price));
        format!("<p class=\"offer\"><b>{offer}</b>{price}</p>")
    };
    let points: String =
        row.points.iter().map(|point| format!("<li>{}</li>", escaped(point))).collect();
    format!(
        "<article>\n<span class=\"time\">{time}</span>\n<div><h2>{}{stars}</h2><p class=\"stay\">{}</p>{offer}</div>\n\
         <ul>{points}</ul>\n</article>\n",
        escaped(&row.guest),
        escaped(&row.stay),
    )
}

/// A text that came from a catalog or a profile stays a text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guests_wrote_is_no_markup_and_an_empty_day_says_so() {
        let evil = || "<script>alert(\"&\")</script>".to_owned();
        let row = Row {
            time: evil(),
            guest: evil(),
            stay: evil(),
            value: "****".to_owned(),
            offer: evil(),
            price: evil(),
            points: vec![evil()],
        };
        let page = page(&evil(), &evil(), &[row]);
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 10);
        assert!(page.contains("★★★★<"));
        assert!(super::page("p", "2026-12-24", &[]).contains("Nobody arrives."));
    }
}
