import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Calibration, calibrationLines } from './calibration-lines.ts';
import { tradeOffSvg } from './trade-off-svg.ts';

const calibration: Calibration = {
  questions: 4,
  unanswerable: 1,
  weights: { bias: -7.123456, share: 16.9 },
  thresholds: { answer: 0.55, askBack: 0.25, isWithinBound: true },
  inUse: { areaRight: 0.8, areaAnswerable: null, logLoss: 0.5 },
  fitted: { areaRight: 0.9, areaAnswerable: null, logLoss: 0.4 },
  curve: [0, 0.25, 0.55, 1].map((threshold) => ({
    threshold,
    answered: 1 - threshold,
    rightOfAnswered: threshold === 1 ? null : 0.5 + threshold / 2,
    unanswerableAnswered: 1 - threshold,
  })),
  outcomes: { right: 2, astray: 0, unfounded: 0, askBack: 1, escalate: 1 },
};

describe('a calibration', () => {
  it('is shown as bars that end in what to paste', () => {
    const text = calibrationLines(calibration);
    expect(text).toMatch(/^0\.00 {3}█{16} 100 % /m);
    expect(text).toMatch(/^0\.55 .*◂ answer$/m);
    expect(text).toMatch(/^0\.25 .*◂ ask back$/m);
    expect(text).toMatch(/^1\.00 .*░{16} +0 % +– /m);
    expect(text).toMatch(/^answer +from 0\.55: 2 questions, 2 rightly/m);
    expect(parse(text.slice(text.indexOf('knowledge:')))).toEqual({
      knowledge: { evidence: { weights: { bias: -7.123, share: 16.9 }, answer: 0.55, askBack: 0.25 } },
    });
  });

  it('says when weights stay and when the bound was out of reach', () => {
    const kept = calibrationLines({
      ...calibration,
      weights: null,
      fitted: null,
      thresholds: { answer: 0.9, askBack: 0.9, isWithinBound: false },
    });
    expect(kept).toContain('weights in use are kept');
    expect(kept).toContain('No threshold keeps to --max-wrong');
    expect(kept).not.toContain('weights: {');
  });

  it('is drawn as a picture with one line for each share', () => {
    const svg = tradeOffSvg(calibration);
    expect(XMLValidator.validate(svg)).toBe(true);
    const { svg: picture } = new XMLParser({ ignoreAttributes: false }).parse(svg);
    expect(picture.polyline).toHaveLength(3);
    // Where nothing is answered there is no share of right answers to draw.
    expect(picture.polyline.map((line: Record<string, string>) => line['@_points']?.split(' ').length)).toEqual([
      4, 3, 4,
    ]);
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});
