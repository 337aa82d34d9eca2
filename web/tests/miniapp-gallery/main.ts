// The whole web client over a stand-in for the server: see README.md.
import './standIn';
import '../../src/main';
