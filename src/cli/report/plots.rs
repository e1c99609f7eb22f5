//! The pictures of a report: how value is spread over guests, and whether acceptance was foreseen.

use plotters::prelude::*;

use crate::learn::insight::calibration::Calibration;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (560, 360);
const INK: RGBColor = RGBColor(40, 40, 40);
const FAINT: RGBColor = RGBColor(170, 170, 170);
const LINE: RGBColor = RGBColor(0, 114, 178);
const GRID: RGBColor = RGBColor(228, 228, 228);

/// A picture was not drawn.
#[derive(Debug, thiserror::Error)]
#[error("a picture cannot be drawn: {0}")]
pub(crate) struct PlotError(String);

/// What the picture shows.
struct Picture<'a> {
    x: &'a str,
    y: &'a str,
    end: f64,
    points: Vec<(f64, f64)>,
}

/// Share of what was paid by share of the guests who paid most, as SVG.
pub(super) fn pareto(shares: &[f64]) -> Result<String, PlotError> {
    #[expect(clippy::cast_precision_loss, reason = "some twenty points")]
    let point = |(at, share): (usize, &f64)| {
        (100.0 * at as f64 / (shares.len().max(2) - 1) as f64, 100.0 * share)
    };
    let points = shares.iter().enumerate().map(point).collect();
    let (x, y) = ("% of the guests, best first", "% of what was paid");
    draw(&Picture { x, y, end: 100.0, points })
}

/// Found over foreseen acceptance, bin by bin, as SVG.
pub(super) fn calibration(of: &Calibration) -> Result<String, PlotError> {
    let points: Vec<(f64, f64)> =
        of.bins.iter().map(|bin| (100.0 * bin.foreseen, 100.0 * bin.accepted)).collect();
    let end = points.iter().map(|(x, y)| x.max(*y)).fold(1.0, f64::max) * 1.05;
    draw(&Picture { x: "foreseen, %", y: "accepted, %", end, points })
}

fn draw(picture: &Picture<'_>) -> Result<String, PlotError> {
    let mut svg = String::new();
    drawn(picture, &mut svg).map_err(|error| PlotError(error.to_string()))?;
    Ok(svg)
}

fn drawn(picture: &Picture<'_>, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..picture.end, 0.0..picture.end)?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FAINT)
        .label_style(("sans-serif", 13).into_font().color(&INK))
        .x_desc(picture.x)
        .y_desc(picture.y)
        .x_labels(6)
        .y_labels(6)
        .draw()?;
    chart.draw_series(LineSeries::new([(0.0, 0.0), (picture.end, picture.end)], FAINT))?;
    chart.draw_series(LineSeries::new(picture.points.clone(), LINE.stroke_width(2)))?;
    let dots = picture.points.iter().map(|point| Circle::new(*point, 3, LINE.filled()));
    chart.draw_series(dots)?;
    area.present()?;
    Ok(())
}
