import { jupyterhubChart } from '../jupyterhub/jupyterhub-chart.ts';
import { type Chart, normalizeRepository } from './chart.ts';
import { clusterAutoscalerChart } from './cluster-autoscaler-chart.ts';

const CHARTS: readonly Chart[] = [jupyterhubChart, clusterAutoscalerChart];

/** Whether a URL is one of the chart repositories that the sandbox imitates. */
export const isKnownRepository = (url: string): boolean =>
  CHARTS.some(({ repository }) => repository === normalizeRepository(url));

/** Undefined when the repository has no such chart, or is unknown. */
export const findChart = (repositoryUrl: string, name: string): Chart | undefined =>
  CHARTS.find((chart) => chart.repository === normalizeRepository(repositoryUrl) && chart.name === name);
