import { fileWords } from '../../words.ts';
import { formatBytes } from '../format-bytes.ts';
import { Icon } from '../icons/icon.tsx';
import type { Uploads } from './use-uploads.ts';
import './files.css';

/** The files that will go with the next message: how far each has come, what went wrong, and a way out. */
export const UploadList = ({ uploads }: { readonly uploads: Uploads }) =>
  uploads.items.length === 0 && uploads.problem === undefined ? undefined : (
    <div className="upload-list">
      <ul className="upload-list__items" aria-label={fileWords.attached}>
        {uploads.items.map((upload) => (
          <li key={upload.id} className="upload" data-failed={upload.error !== undefined || undefined}>
            <Icon name={upload.error === undefined ? 'file' : 'warning'} />
            <div className="upload__text">
              <span className="upload__name" title={upload.file.name}>
                {upload.file.name}
              </span>
              {upload.error !== undefined ? (
                <span className="upload__note" role="alert">
                  {upload.error}
                </span>
              ) : upload.stored === undefined ? (
                <progress
                  className="upload__bar"
                  max={1}
                  value={upload.progress}
                  aria-label={fileWords.sending(upload.file.name)}
                />
              ) : (
                <span className="upload__note">{formatBytes(upload.file.size)}</span>
              )}
            </div>
            {upload.error === undefined ? undefined : (
              <button
                type="button"
                className="button button--plain button--small"
                onClick={() => uploads.retry(upload.id)}
              >
                {fileWords.retry}
              </button>
            )}
            <button
              type="button"
              className="icon-button icon-button--small"
              aria-label={fileWords.remove(upload.file.name)}
              onClick={() => uploads.remove(upload.id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {uploads.problem === undefined ? undefined : (
        <p className="upload-list__problem" role="alert">
          {uploads.problem}
        </p>
      )}
    </div>
  );
