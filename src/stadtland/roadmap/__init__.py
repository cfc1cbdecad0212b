"""The roadmap: programme, solution, answer, coalitions, check; and the plan made of real municipalities.

Functions bear the names of their modules, so they are imported from them:
`from stadtland.roadmap.instance import load`, `.build import build`, `.solve import solve, resolve`,
`.answer import answer`, `.coalitions import coalitions`, `.owen import owen`, `.check import check`.
"""
