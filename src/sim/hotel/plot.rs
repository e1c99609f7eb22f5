//! Regret over time as a picture: a line for each policy, the mean over the worlds, with a band of
//! one standard error to each side.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::policy::Policy;
use super::report::{CurvePoint, PolicyFigures, Report};
use super::run::LearnsFrom;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1_040, 620);
/// Colours that most colour-blind people tell apart (Okabe and Ito, "Color Universal Design",
/// 2008), one for each policy.
const COLOURS: [RGBColor; Policy::ALL.len()] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
    RGBColor(150, 120, 0),
    RGBColor(0, 0, 0),
];
const INK: RGBColor = RGBColor(40, 40, 40);
const FAINT: RGBColor = RGBColor(110, 110, 110);
const GRID: RGBColor = RGBColor(228, 228, 228);
/// Pixels between the names at the right.
const NAMES_APART: i32 = 17;

/// The picture was not drawn.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct PlotError(String);

type Drawing<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Regret over time, as SVG.
///
/// # Errors
/// Where the drawing fails.
pub fn regret_svg(report: &Report) -> Result<String, PlotError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(report, &area).map_err(|error| PlotError(error.to_string()))?;
    }
    Ok(svg)
}

fn draw(report: &Report, area: &Drawing<'_>) -> Drawn {
    area.fill(&WHITE)?;
    let bold = ("sans-serif", 20, FontStyle::Bold).into_font().color(&INK);
    let small = ("sans-serif", 13).into_font().color(&FAINT);
    area.draw(&Text::new(format!("Regret over time: {}", report.scenario.name), (24, 18), bold))?;
    area.draw(&Text::new(subtitle(report), (24, 46), small.clone()))?;

    let unit = if report.scenario.margin.is_some() { "units of reward" } else { "accepted offers" };
    let (right, top) = (number(report.counted_rounds), highest(report));
    let (_, chart) = area.split_vertically(66);
    let mut chart = ChartBuilder::on(&chart)
        .margin_top(14)
        .margin_right(236)
        .margin_bottom(8)
        .margin_left(8)
        .x_label_area_size(50)
        .y_label_area_size(74)
        .build_cartesian_2d(0.0..right, 0.0..top)?;
    let label = |x: &f64| with_commas(*x);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FAINT)
        .x_labels(11)
        .y_labels(8)
        .x_desc("rounds")
        .y_desc(format!("regret ({unit} lost)"))
        .x_label_formatter(&label)
        .y_label_formatter(&label)
        .label_style(small.clone())
        .axis_desc_style(("sans-serif", 14).into_font().color(&INK))
        .draw()?;

    if let Some(change) = &report.scenario.change {
        let at = change.at * right;
        let line = [(at, 0.0), (at, top)];
        chart.draw_series(DashedLineSeries::new(line, 3, 4, FAINT.stroke_width(1)))?;
        let (x, y) = chart.backend_coord(&(at, top));
        area.draw(&Text::new("the world changes", (x + 6, y + 2), small))?;
    }
    draw_policies(report, &mut chart)?;
    draw_names(report, &chart, area)?;
    area.present()?;
    Ok(())
}

/// Bands first, so that none covers a line.
fn draw_policies(report: &Report, chart: &mut Chart<'_, '_>) -> Drawn {
    for figures in &report.policies {
        let band = band(&figures.curve);
        if !band.is_empty() {
            chart.draw_series([Polygon::new(band, colour(figures).mix(0.16))])?;
        }
    }
    for figures in &report.policies {
        let line = figures.curve.iter().map(|p| (number(p.rounds), p.regret.mean));
        let line = std::iter::once((0.0, 0.0)).chain(line);
        let style = colour(figures).stroke_width(2);
        if figures.learns_from == Some(LearnsFrom::Property) {
            chart.draw_series(DashedLineSeries::new(line, 7, 4, style))?;
        } else {
            chart.draw_series(LineSeries::new(line, style))?;
        }
    }
    Ok(())
}

/// Beside the end of each line, its name and where it ends.
fn draw_names(report: &Report, chart: &Chart<'_, '_>, area: &Drawing<'_>) -> Drawn {
    let right = number(report.counted_rounds);
    let end = |figures: &PolicyFigures| chart.backend_coord(&(right, figures.regret.mean)).1;
    let ends: Vec<i32> = report.policies.iter().map(end).collect();
    let (x, bottom) = chart.backend_coord(&(right, 0.0));
    let heights = spread_out(&ends, bottom);
    for ((figures, end), y) in report.policies.iter().zip(ends).zip(heights) {
        let colour = colour(figures);
        area.draw(&PathElement::new([(x + 3, end), (x + 14, y)], colour.mix(0.6)))?;
        let style = ("sans-serif", 14).into_font().color(&colour);
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        area.draw(&Text::new(legend(figures), (x + 18, y), style))?;
    }
    Ok(())
}

/// A policy has one colour, whatever it learns from.
fn colour(figures: &PolicyFigures) -> RGBColor {
    let place = Policy::ALL.into_iter().position(|policy| figures.is(policy));
    COLOURS[place.unwrap_or(0)]
}

fn subtitle(report: &Report) -> String {
    let seeds: Vec<String> = report.worlds.iter().map(|world| world.seed.to_string()).collect();
    match seeds.as_slice() {
        [seed] => format!("one world, seed {seed}: no band, for one world tells no error"),
        seeds if seeds.len() <= 10 => format!(
            "mean of {} worlds (seeds {}), with one standard error to each side",
            seeds.len(),
            seeds.join(", ")
        ),
        seeds => format!("mean of {} worlds, with one standard error to each side", seeds.len()),
    }
}

fn legend(figures: &PolicyFigures) -> String {
    let mean = with_commas(figures.regret.mean);
    match figures.regret.standard_error {
        Some(error) => format!("{}  {mean} ± {}", figures.label(), with_commas(error)),
        None => format!("{}  {mean}", figures.label()),
    }
}

/// The upper edge of the band, and its lower edge back.
fn band(curve: &[CurvePoint]) -> Vec<(f64, f64)> {
    let edge = |sign: f64| {
        move |point: &CurvePoint| {
            let error = point.regret.standard_error?;
            Some((number(point.rounds), (point.regret.mean + sign * error).max(0.0)))
        }
    };
    let there = curve.iter().filter_map(edge(1.0));
    let mut back: Vec<_> = curve.iter().filter_map(edge(-1.0)).collect();
    back.reverse();
    there.chain(back).collect()
}

/// The top of the scale: a little above the highest band.
fn highest(report: &Report) -> f64 {
    let regrets = report.policies.iter().map(|p| p.regret);
    let highest = regrets.map(|r| r.mean + r.standard_error.unwrap_or(0.0)).fold(0.0, f64::max);
    if highest > 0.0 { highest * 1.04 } else { 1.0 }
}

/// Heights of names that would stand at these heights (pixels, growing downwards), moved apart and
/// kept above `bottom`.
fn spread_out(ends: &[i32], bottom: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(ends[*at]));
    let mut heights = ends.to_vec();
    let mut free = bottom;
    for at in order {
        heights[at] = heights[at].min(free);
        free = heights[at] - NAMES_APART;
    }
    heights
}

#[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
fn number(rounds: u64) -> f64 {
    rounds as f64
}

/// A number for a scale: whole with commas from 10 on, one digit behind the point below.
fn with_commas(x: f64) -> String {
    if x.abs() < 9.95 && (x - x.round()).abs() > 1e-9 {
        return format!("{x:.1}");
    }
    let digits = format!("{:.0}", x.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if x < 0.0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::policy::Policy;
    use crate::sim::hotel::run::{Setup, Unwatched, play};
    use crate::sim::hotel::scenario::Scenario;

    fn picture(seeds: &[u64]) -> String {
        let scenario = Scenario::find("standard").unwrap();
        let policies = vec![Policy::Popular, Policy::Uniform, Policy::Oracle];
        let setup = Setup { scenario, policies, seeds: seeds.to_vec(), rounds: 400 };
        regret_svg(&Report::new(&setup, &play(&setup, &mut Unwatched))).unwrap()
    }

    #[test]
    fn a_picture_has_a_line_a_band_and_a_name_for_each_policy() {
        let svg = picture(&[1, 2]);
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert_eq!(svg.matches("<polygon").count(), 3);
        for name in
            ["Regret over time: standard", "popular  ", "uniform  ", "oracle  0 ± 0", "rounds"]
        {
            assert!(svg.contains(name), "{name} is missing");
        }
        assert_eq!(svg, picture(&[1, 2]), "the same play, the same picture");
    }

    #[test]
    fn one_world_has_no_band() {
        let svg = picture(&[1]);
        assert_eq!(svg.matches("<polygon").count(), 0);
        assert!(svg.contains("one world, seed 1"));
    }

    #[test]
    fn a_change_is_marked_where_it_happens() {
        let scenario = Scenario::find("drift").unwrap();
        let setup =
            Setup { scenario, policies: vec![Policy::Uniform], seeds: vec![1], rounds: 100 };
        let svg = regret_svg(&Report::new(&setup, &play(&setup, &mut Unwatched))).unwrap();
        assert!(svg.contains("the world changes") && !picture(&[1]).contains("the world changes"));
    }

    #[test]
    fn names_stand_apart_and_above_the_axis() {
        assert_eq!(spread_out(&[100, 105, 400, 399], 390), [88, 105, 390, 373]);
        assert_eq!(spread_out(&[], 390), Vec::<i32>::new());
    }

    #[test]
    fn numbers_are_easy_to_read() {
        let texts = [0.0, 2.5, 9.99, 250.4, 1_000.0, 1_234_567.0, -1_200.0].map(with_commas);
        assert_eq!(texts, ["0", "2.5", "10", "250", "1,000", "1,234,567", "-1,200"]);
    }
}
